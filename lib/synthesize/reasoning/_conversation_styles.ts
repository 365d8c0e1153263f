/** Who speaks with whom, and to what end: the seven styles of MIND. */
export type ConversationStyle =
  | "two-students"
  | "teacher-student"
  | "two-professors"
  | "debate"
  | "problem-solving"
  | "layman-expert"
  | "interview";

/** The two who speak, as their turns begin, and what is between them. */
export interface Speakers {
  speakers: readonly [string, string];
  who: string;
}

/** The styles by their names. */
export const conversationStyles: Record<ConversationStyle, Speakers> = {
  "two-students": {
    speakers: ["Student A", "Student B"],
    who:
      "Both prepare for the same examination; each knows what the other has missed, and they put it together.",
  },
  "teacher-student": {
    speakers: ["Teacher", "Student"],
    who:
      "The student knows little of it, asks where something is not clear, and tries; the teacher leads by questions and hints.",
  },
  "two-professors": {
    speakers: ["Professor A", "Professor B"],
    who:
      "Both know the subject well; they ask how far it holds, what it rests on, and how else one might come to it.",
  },
  debate: {
    speakers: ["Speaker A", "Speaker B"],
    who: "They doubt each other's steps and defend their own by calculation, until both agree.",
  },
  "problem-solving": {
    speakers: ["Partner A", "Partner B"],
    who:
      "They make a problem of it and solve it together: one proposes the next step, the other carries it out and checks it.",
  },
  "layman-expert": {
    speakers: ["Layman", "Expert"],
    who:
      "The layman has never heard of it and stops at every word; the expert explains it from the ground up, with simple pictures.",
  },
  interview: {
    speakers: ["Interviewer", "Expert"],
    who: "The interviewer asks short questions that go deeper and deeper; the expert answers at length.",
  },
};
