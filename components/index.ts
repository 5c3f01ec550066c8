export { type Configuration, readConfiguration } from "./configuration.ts";
export { refusePlaceholders } from "./deployable.ts";
export { createProvider } from "./provider.ts";
export { Roomcast, type RoomcastArgs } from "./roomcast.ts";
