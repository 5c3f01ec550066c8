/**
 * As many frames as Node's own default. Mocha has every error remember all of its stack, which costs
 * half of the time of tests in which thousands are thrown and caught.
 */
Error.stackTraceLimit = 10;
