import { type Environment, type JsonObject, objectSchema, textSchema, ToolRefusal } from "./environment.ts";

/** An event of a {@linkcode CalendarState}. */
export type CalendarEvent = {
  /** Names it; no part of what is compared. */
  id: number;
  /** Its title. */
  title: string;
  /** When it begins, `2026-03-02T09:00`. */
  start: string;
  /** How long it is. */
  minutes: number;
};

/** One person's calendar. */
export type CalendarState = { today: string; events: CalendarEvent[] };

const start = textSchema("Day and time, for example 2026-03-02T09:00");
const day = textSchema("Day, for example 2026-03-02");
const id = { type: "integer", description: "The event's id" };

/**
 * One person's calendar: list, create, move, cancel. Two events never overlap: what would is refused.
 */
export const calendar: Environment<CalendarState> = {
  name: "calendar@1",
  canonical: ({ today, events }) => ({
    today,
    events: events.map(({ title, start, minutes }) => ({ title, start, minutes }))
      .toSorted((a, b) => a.start < b.start ? -1 : 1),
  }),
  tools: [
    {
      name: "list_events",
      description: "List the events of a day.",
      parameters: objectSchema({ day }),
      run({ events, today }, { day }) {
        if (!/^\d{4}-\d\d-\d\d$/.test(`${day}`)) throw new ToolRefusal(`${JSON.stringify(day)} is no day`);
        const found = events.filter(({ start }) => start.startsWith(`${day}T`));
        return { observation: { today, events: found.toSorted((a, b) => a.start < b.start ? -1 : 1) } };
      },
    },
    {
      name: "find_events",
      description: "Find the events whose title holds a text.",
      parameters: objectSchema({ text: textSchema("The text") }),
      run({ events, today }, { text }) {
        const found = events.filter(({ title }) => title.toLowerCase().includes(`${text}`.toLowerCase()));
        return { observation: { today, events: found.toSorted((a, b) => a.start < b.start ? -1 : 1) } };
      },
    },
    {
      name: "create_event",
      description: "Create an event.",
      parameters: objectSchema({
        title: textSchema("Its title"),
        start,
        minutes: { type: "integer", minimum: 1, maximum: 1440, description: "How long it is" },
      }),
      run({ events, today }, { title, start, minutes }) {
        const id = 1 + Math.max(0, ...events.map(({ id }) => id));
        const event = { id, title: `${title}`, start: time(start), minutes: Number(minutes) };
        return { observation: event, state: { today, events: [...events, free(event, events)] } };
      },
    },
    {
      name: "move_event",
      description: "Move an event to another time.",
      parameters: objectSchema({ id, start }),
      run({ events, today }, { id, start }) {
        const rest = events.filter((event) => event.id !== id);
        const event = { ...existing(events, id), start: time(start) };
        return { observation: event, state: { today, events: [...rest, free(event, rest)] } };
      },
    },
    {
      name: "cancel_event",
      description: "Cancel an event.",
      parameters: objectSchema({ id }),
      run({ events, today }, { id }) {
        existing(events, id);
        const rest = events.filter((event) => event.id !== id);
        return { observation: "cancelled", state: { today, events: rest } };
      },
    },
  ],
};

function existing(events: CalendarEvent[], id: JsonObject[string]): CalendarEvent {
  const event = events.find((event) => event.id === id);
  if (!event) throw new ToolRefusal(`there is no event ${id}`);
  return event;
}

/** A time in its one form. */
function time(start: JsonObject[string]): string {
  const text = `${start}`;
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : NaN;
  // A day that is not there, such as February 30th, is read as another.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 16) !== text) {
    throw new ToolRefusal(`${JSON.stringify(start)} is no time: write it as 2026-03-02T09:00`);
  }
  return text;
}

/** The event, if nothing overlaps it. */
function free(event: CalendarEvent, others: CalendarEvent[]): CalendarEvent {
  const span = ({ start, minutes }: CalendarEvent) => {
    const from = Date.parse(`${start}Z`) / 60_000;
    return [from, from + minutes];
  };
  const [from, to] = span(event);
  const clash = others.find((other) => {
    const [start, end] = span(other);
    return start < to && from < end;
  });
  if (clash) throw new ToolRefusal(`it overlaps "${clash.title}" at ${clash.start}`);
  return event;
}
