import assert from "node:assert/strict";
import { applyRules, personalData } from "../../lib/select/mod.ts";

const rule = personalData({ placeholders: { email: "<E>", phone: "<P>", ip: "<I>" } });

/** Texts with what they become; those that stand alone stay. */
const cases: (string | [text: string, clean: string])[] = [
  ["Write to john.doe+tag@mail.example.co.uk or jane@foo.com.", "Write to <E> or <E>."],
  ["<jane_d@foo-bar.org>, (bob@a.io); mailto:x@y.museum", "<<E>>, (<E>); mailto:<E>"],
  ["jürgen@müller.de 用户@例子.公司", "<E> <E>"],
  ["Mail...john@foo.com a..b@foo.com trail.@foo.com x.y@foo.com", "Mail...<E> a..<E> trail.@foo.com <E>"],
  "icon@2x.png react@18.2.0 git@github.com:user/repo.git @handle a@b user@localhost me@example.com",
  [
    "8.8.8.8 answers, so does 151.101.1.69:443 at http://151.101.1.69/x",
    "<I> answers, so does <I>:443 at http://<I>/x",
  ],
  ["172.16.5.4 is inside, 172.32.5.4 is not", "172.16.5.4 is inside, <I> is not"],
  "10.0.0.1 192.168.1.1 127.0.0.1 169.254.1.1 255.255.255.0 0.0.0.0 100.64.0.1 224.0.0.1 198.51.100.7 203.0.113.9",
  "Version 1.2.3.4, v1.2.3.4, 1.2.3.4.5, 256.1.1.1, 01.2.3.4, Chrome/120.0.0.0, release 10.20.30.40",
  "4.2.1.3 Results and discussion",
  [
    "Call (212) 555-0123 or 212-555-0199, 1-800-555-0199, 415.555.2671, 415 555 2671.",
    "Call <P> or <P>, <P>, <P>, <P>.",
  ],
  ["+1 212 555 0123, +44 20 7946 0958, +49 (0)30 901820, +86-10-6554-1234", "<P>, <P>, <P>, <P>"],
  ["tel: 030 901820, phone 2125550123", "tel: <P>, phone <P>"],
  "pi is 3.14159 265 358 979 3238 and 3.141-592-6535",
  "On 2023-10-05, 10/12/2023 and 05.10.2023, in 1999-2003-2007; Fax: 05.10.2023",
  "ISBN 978-0-306-40615-7, 4111 1111 1111 1111, 2125550123, 123-456-7890, 555-0123, +5.123456789, +12345",
  "from +20 to +30 degrees, 1,212 555 0123, x=+12345678901, 212 555 0123 4567 and 1 000 000 000",
];

for (const one of cases) {
  const [text, clean] = typeof one === "string" ? [one, one] : one;
  Deno.test(`personalData() makes of "${text.slice(0, 50)}" what it must`, () => {
    const verdict = rule.judge(text);
    assert.equal(verdict.text ?? text, clean);
    assert.equal(verdict.text === undefined, clean === text);
    const { emails, phones, ips } = verdict.statistics;
    assert.deepEqual(
      [emails, phones, ips],
      ["<E>", "<P>", "<I>"].map((mark) => clean.split(mark).length - 1),
    );
    // What was replaced is found no second time.
    assert.equal(rule.judge(clean).text, undefined);
  });
}

Deno.test("personalData() drops documents with many spans, with the reason", async () => {
  const page = (id: string, count: number) => ({
    id,
    text: "me@foo.com ".repeat(count),
    source: "x",
    meta: {},
  });
  const reasons: string[] = [];
  const options = {
    onDrop: ({ id, reason }: { id: string; reason: string }) => reasons.push(`${id}: ${reason}`),
  };
  const kept = await Array.fromAsync(
    applyRules([page("a", 5), page("b", 6)], [personalData({ maxSpans: 5 })], options),
  );
  assert.deepEqual(kept.map(({ text }) => text), ["|||EMAIL_ADDRESS||| ".repeat(5)]);
  assert.deepEqual(reasons, ["b: more than 5 personal spans"]);
});

Deno.test("personalData() comes to its end on hostile texts of a million characters", () => {
  for (const part of ["a", "1.", "a@", " 1", "(2", "212 ", "a.", "tel: ", "+1", "-", "@b."]) {
    rule.judge("a@" + part.repeat(Math.ceil(1e6 / part.length)) + "@b.c +1");
  }
});
