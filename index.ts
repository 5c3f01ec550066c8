import {
  createProvider,
  Roomcast,
  readConfiguration,
  refusePlaceholders,
} from "./components/index.ts";
import { bundleHandlers } from "./scripts/bundle.ts";

/** The Pulumi program. Whatever is wrong is found before the first resource is registered. */
export default async function program() {
  const configuration = readConfiguration();
  const provider = createProvider(configuration);
  await refusePlaceholders(configuration, provider);
  const bundles = await bundleHandlers();
  const roomcast = new Roomcast(
    "roomcast",
    { configuration, bundles },
    { providers: { aws: provider } },
  );
  return roomcast.outputs();
}
