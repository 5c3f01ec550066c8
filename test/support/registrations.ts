import { RecordingMonitor } from "../../local/recording/monitor.ts";

/** The types of all that is registered while `action` runs, whether or not the recording succeeds. */
export async function registeredTypesOf(action: () => Promise<unknown>): Promise<string[]> {
  const types: string[] = [];
  const { registerResource } = RecordingMonitor.prototype;
  RecordingMonitor.prototype.registerResource = function (request, callback) {
    types.push(request.getType());
    return registerResource.call(this, request, callback);
  };
  try {
    await action();
  } finally {
    RecordingMonitor.prototype.registerResource = registerResource;
  }
  return types;
}
