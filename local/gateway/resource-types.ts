/** Pulumi's type tokens of what the gateway plays. */
export const API = "aws:apigatewayv2/api:Api";
export const ROUTE = "aws:apigatewayv2/route:Route";
export const INTEGRATION = "aws:apigatewayv2/integration:Integration";
export const INTEGRATION_RESPONSE = "aws:apigatewayv2/integrationResponse:IntegrationResponse";
export const ROUTE_RESPONSE = "aws:apigatewayv2/routeResponse:RouteResponse";
export const AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer";
export const DEPLOYMENT = "aws:apigatewayv2/deployment:Deployment";
export const STAGE = "aws:apigatewayv2/stage:Stage";
/** The default endpoint is always there beside a custom domain, and is what the laptop serves. */
export const API_MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping";
