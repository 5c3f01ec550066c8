/** Pulumi's type tokens of what Lambda consists of. */
export const functionType = "aws:lambda/function:Function";
export const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const permissionType = "aws:lambda/permission:Permission";
export const functionUrlType = "aws:lambda/functionUrl:FunctionUrl";
