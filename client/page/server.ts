/** What the page asks of the server that it came from. */
export interface Settings {
  /** Where rooms are. */
  url: string;
  room: string;
}

export async function readSettings(): Promise<Settings> {
  return (await answerOf(await fetch("/settings.json"))) as Settings;
}

/** A token for a user in a room. @throws Error with the server's word when it gives none */
export async function askToken(user: string, room: string): Promise<string> {
  const response = await fetch("/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, room }),
  });
  const { token } = (await answerOf(response)) as { token: string };
  return token;
}

async function answerOf(response: Response): Promise<unknown> {
  const answer = await response.json();
  if (!response.ok) throw new Error((answer as { message: string }).message);
  return answer;
}
