/** A use, by which costs are told. */
export interface Profile {
  name: string;
  /** For the page. */
  description: string;
  rooms: number;
  membersPerRoom: number;
  /** Of everybody together, in a month. */
  hours: number;
  /** Messages in each room while it is open. */
  messagesPerHour: number;
  /** Messages that come at once; fan-out coalesces what waits. */
  burst: number;
  /** Of a message's data. */
  bytes: number;
  /** Published over a connection, and so acknowledged; else by a backend, straight to the queue. */
  fromClients: boolean;
  /** Each connection begins and ends so often a month: also because two hours are the longest. */
  joinsPerMember: number;
}

export const profiles: readonly Profile[] = [
  {
    name: "chat",
    description:
      "500 rooms of 20 people, 10 hours a day, 22 days a month; each room has a message every ten seconds, of 200 bytes, one by one",
    rooms: 500,
    membersPerRoom: 20,
    hours: 220,
    messagesPerHour: 360,
    burst: 1,
    bytes: 200,
    fromClients: true,
    joinsPerMember: 110,
  },
  {
    name: "dashboard",
    description:
      "50 rooms of 100 screens, 10 hours a day, 22 days a month; a backend publishes ten changes of 500 bytes at once, every five seconds",
    rooms: 50,
    membersPerRoom: 100,
    hours: 220,
    messagesPerHour: 7200,
    burst: 10,
    bytes: 500,
    fromClients: false,
    joinsPerMember: 110,
  },
  {
    name: "broadcast",
    description:
      "one room of 100 000 viewers, four events of two hours a month; a message of 300 bytes every half minute",
    rooms: 1,
    membersPerRoom: 100_000,
    hours: 8,
    messagesPerHour: 120,
    burst: 1,
    bytes: 300,
    fromClients: false,
    joinsPerMember: 4,
  },
];
