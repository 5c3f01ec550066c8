// Loaded by mocha first (.mocharc.json): without it mocha passes over a rejection that nobody handles.
process.on("unhandledRejection", (reason) => {
  throw reason;
});
