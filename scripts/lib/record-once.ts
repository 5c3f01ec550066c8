import { timeRecording } from "./record-program.ts";

/** For `npm run measure`, which needs a new process each time, as the SDK's state is global. */
console.log(await timeRecording());
