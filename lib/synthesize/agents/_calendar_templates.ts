import type { Random } from "../../base/mod.ts";
import { between, call, people, projects, some, type Template } from "./_draft.ts";
import type { CalendarEvent } from "./calendar.ts";

const today = "2026-03-02";
const days = ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"];
const two = (number: number) => String(number).padStart(2, "0");

/** Events of one hour on the days, none at the same time. */
function week(random: Random): CalendarEvent[] {
  const slots = random.shuffle(
    days.flatMap((day) => [9, 10, 11, 13, 14, 15].map((hour) => `${day}T${two(hour)}:00`)),
  );
  const titles = some(random, projects, 7).map((project) => `${project} with ${random.pick(people)}`);
  return titles.map((title, at) => ({ id: at + 1, title, start: slots[at], minutes: 60 }));
}

/** A meeting in the first free hour of a day. */
const firstFree: Template = (random) => {
  const events = week(random);
  const day = random.pick(days);
  const hour = [9, 10, 11, 13, 14, 15, 16].find((hour) =>
    !events.some(({ start }) => start === `${day}T${two(hour)}:00`)
  )!;
  const title = `Call with ${random.pick(people)}`;
  return {
    instruction:
      `Put "${title}" into my calendar on ${day}, for one hour, at the first of these times that is free: 09:00, 10:00, 11:00, 13:00, 14:00, 15:00, 16:00. Move nothing.`,
    state: { calendar: { today, events } },
    reference: [
      call("list_events", { day }),
      call("create_event", { title, start: `${day}T${two(hour)}:00`, minutes: 60 }),
    ],
    forbidden: [{ tool: "move_event" }, { tool: "cancel_event" }],
  };
};

/** An event to another day, at a time that is free. */
const postpone: Template = (random) => {
  const events = week(random);
  const event = random.pick(events);
  const hour = between(random, 16, 19);
  const start = `2026-03-09T${two(hour)}:30`;
  return {
    instruction: `My meeting "${event.title}" must be later: move it to ${start.slice(0, 10)} at ${
      start.slice(11)
    }. Do not cancel it and make it anew.`,
    state: { calendar: { today, events } },
    reference: [
      call("find_events", { text: event.title }),
      call("move_event", { id: event.id, start }),
    ],
    forbidden: [{ tool: "cancel_event" }, { tool: "create_event" }],
  };
};

/** All events of one day, cancelled. */
const clearDay: Template = (random) => {
  const events = week(random);
  const day = random.pick(events).start.slice(0, 10);
  const held = events.filter(({ start }) => start.startsWith(day)).toSorted((a, b) =>
    a.start < b.start ? -1 : 1
  );
  return {
    instruction: `I am ill on ${day}. Cancel whatever is in my calendar on that day, and only that.`,
    state: { calendar: { today, events } },
    reference: [call("list_events", { day }), ...held.map(({ id }) => call("cancel_event", { id }))],
  };
};

export const calendarTemplates: Record<string, Template> = {
  "first-free-hour": firstFree,
  "postpone-event": postpone,
  "clear-day": clearDay,
};
