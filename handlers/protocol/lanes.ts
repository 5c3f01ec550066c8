/** Into how many lanes a large room can be cut: into equal slices by the first of a hash's 64 characters. */
export const laneCounts = [2, 4, 8, 16, 32, 64] as const;

/**
 * How long the lanes' queue keeps a task, in seconds: longer than a connection can live (2 hours), so
 * that whoever was there when a message was sent has left before its task is thrown away.
 */
export const laneTaskSeconds = 3 * 3600;
