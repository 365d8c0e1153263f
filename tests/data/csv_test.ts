import assert from "node:assert/strict";
import { parseCsv, readCsv } from "../../lib/data/mod.ts";
import { chinchilla } from "../../lib/sets/mod.ts";

Deno.test("parseCsv() reads quotes, separators, line breaks and CRLF as RFC 4180 has them", () => {
  const table = parseCsv('\ufeffname,n\r\n"a, ""b""\nc",1\r\n,2\r\n');
  assert.deepEqual(table.columns, ["name", "n"]);
  assert.deepEqual(table.records(), [{ name: 'a, "b"\nc', n: "1" }, { name: "", n: "2" }]);
});

Deno.test("parseCsv() skips comments before the header and blank lines, and nothing else", () => {
  const table = parseCsv("# source\n#two\na\n\n#1\n");
  assert.deepEqual(table.text("a"), ["#1"]);
});

Deno.test("parseCsv() gives an empty table for a header alone, and reads the last line without its end", () => {
  assert.equal(parseCsv("a,b").length, 0);
  assert.deepEqual([...parseCsv("a\n1").numbers("a")], [1]);
});

Deno.test("parseCsv() names the line of whatever is malformed", () => {
  const cases: [string, RegExp][] = [
    ["", /must have a header/],
    ["# only\n", /must have a header/],
    ["a,b\n1,2\n3\n", /line 3 must have 2 fields as the header has: current value is 1/],
    ['a\n"x\ny"\n"open', /line 4 opens a quote/],
    ['a\n"x"y\n', /line 2 goes on after a closed quote with "y"/],
    ['a\nx"y"\n', /line 2 has a quote inside a plain field/],
    ["a,b,a\n", /line 1 names the column "a" twice/],
  ];
  for (const [text, message] of cases) assert.throws(() => parseCsv(text), { name: "SyntaxError", message });
});

Deno.test("Table.numbers() refuses what is no finite number, and says where it stands", () => {
  const table = parseCsv('loss\n"1\n2"\nNaN\n', { name: "runs.csv" });
  assert.throws(() => table.numbers("loss"), /runs.csv as line 2, column loss/);
  assert.throws(() => parseCsv("a\ninf").numbers("a"), /line 2, column a, must be a finite number/);
  assert.throws(() => parseCsv("a,b\n,1").numbers("a"), /current value is ""/);
  assert.deepEqual([...parseCsv("a,b\n,1").numbers("a", { empty: NaN })], [NaN]);
  assert.throws(() => table.numbers("step"), /one of loss: current value is "step"/);
});

Deno.test("readCsv() names the file that is not UTF-8", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeFile(path, Uint8Array.of(97, 10, 0xff, 10));
  await assert.rejects(readCsv(path), { name: "SyntaxError", message: new RegExp(path) });
});

Deno.test({
  name: "readCsv() reads the 245 digitised Chinchilla points (needs the data mirror)",
  ignore: !await chinchilla.available(),
  async fn() {
    const table = await readCsv(await chinchilla.file("svg_extracted_data.csv"));
    assert.equal(table.length, 245);
    assert(table.numbers("loss").every((loss) => loss > 1 && loss < 10));
  },
});
