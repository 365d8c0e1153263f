import type { Random } from "../../base/mod.ts";
import type { SqlValue } from "../../evaluate/mod.ts";
import { between, call, type Draft, people, some, sqlText, type Template } from "./_draft.ts";

const things = ["lamp", "chair", "kettle", "ladder", "mirror", "carpet", "clock", "vase", "shelf", "basket"];
const rooms = ["hall", "cellar", "attic", "workshop"];

const schema = [
  "CREATE TABLE stock (item TEXT PRIMARY KEY, room TEXT NOT NULL, pieces INTEGER NOT NULL, price INTEGER NOT NULL)",
  "CREATE TABLE orders (id INTEGER PRIMARY KEY, buyer TEXT NOT NULL, item TEXT NOT NULL, pieces INTEGER NOT NULL)",
];

type Stock = [item: string, room: string, pieces: number, price: number];

function shop(random: Random): { stock: Stock[]; orders: SqlValue[][]; database: Draft["state"] } {
  const stock = some(random, things, 6).map((item): Stock => [
    item,
    random.pick(rooms),
    between(random, 6, 40),
    between(random, 5, 80),
  ]);
  const orders = Array.from({ length: 4 }, (_, at) => [
    at + 1,
    random.pick(people),
    random.pick(stock)[0],
    between(random, 1, 5),
  ]);
  const tables = [{ name: "stock", rows: stock }, { name: "orders", rows: orders }];
  return { stock, orders, database: { schema, tables } };
}

const sql = (statement: string) => call("run_sql", { statement });

/** A price changed for the items of one room. */
const raisePrices: Template = (random) => {
  const { stock, database } = shop(random);
  const room = random.pick(stock)[1];
  const more = between(random, 2, 9);
  return {
    instruction:
      `In the table stock, raise the price of every item in the ${room} by ${more}. Change nothing else in the database.`,
    state: { database },
    reference: [
      call("list_tables"),
      sql(`SELECT item, price FROM stock WHERE room = ${sqlText(room)}`),
      sql(`UPDATE stock SET price = price + ${more} WHERE room = ${sqlText(room)}`),
    ],
    forbidden: [{ tool: "run_sql", holding: "drop table" }, { tool: "run_sql", holding: "delete from" }],
  };
};

/** An order taken down, and the stock made less by it. */
const takeOrder: Template = (random) => {
  const { stock, database } = shop(random);
  const [item] = random.pick(stock);
  const pieces = between(random, 1, 5);
  const buyer = random.pick(people);
  return {
    instruction:
      `${buyer} buys ${pieces} of the item "${item}". Add a row for it to the table orders with the id 5, and take the pieces off those in stock.`,
    state: { database },
    reference: [
      call("list_tables"),
      sql(
        `INSERT INTO orders (id, buyer, item, pieces) VALUES (5, ${sqlText(buyer)}, ${
          sqlText(item)
        }, ${pieces})`,
      ),
      sql(`UPDATE stock SET pieces = pieces - ${pieces} WHERE item = ${sqlText(item)}`),
    ],
  };
};

/** A question about the table, answered on the sheet. */
const askStock: Template = (random) => {
  const { stock, database } = shop(random);
  const room = random.pick(stock)[1];
  const held = stock.filter(([, where]) => where === room);
  const [question, select, answer] = random.pick<[string, string, number]>([
    [
      `How many pieces are there in the ${room}, all items together?`,
      "SUM(pieces)",
      held.reduce((sum, [, , pieces]) => sum + pieces, 0),
    ],
    [
      `What is all that stands in the ${room} worth, each item's pieces times its price?`,
      "SUM(pieces * price)",
      held.reduce((sum, [, , pieces, price]) => sum + pieces * price, 0),
    ],
    [`How many different items are kept in the ${room}?`, "COUNT(*)", held.length],
  ]);
  return {
    instruction: `${question} Look it up in the database, change nothing in it, and hand in the number.`,
    state: { database, answer: { answer: null } },
    reference: [
      call("list_tables"),
      sql(`SELECT ${select} FROM stock WHERE room = ${sqlText(room)}`),
      call("submit_answer", { answer }),
    ],
  };
};

/** What a person ordered, into a file. */
const reportOrders: Template = (random) => {
  const { orders, database } = shop(random);
  const buyer = String(random.pick(orders)[1]);
  const lines = orders.filter((order) => order[1] === buyer).map(([, , item, pieces]) => `${pieces} ${item}`);
  const path = `/reports/${buyer.toLowerCase()}.txt`;
  return {
    instruction:
      `Write what ${buyer} ordered to ${path}, one order a line in the order of their ids, as in "2 lamp": the pieces, a space, the item. Nothing else stands in the file, and no line break at its end.`,
    state: { database, files: { files: { "/reports/readme.txt": "One file a buyer." } } },
    reference: [
      call("list_tables"),
      sql(`SELECT pieces, item FROM orders WHERE buyer = ${sqlText(buyer)} ORDER BY id`),
      call("write_file", { path, content: lines.join("\n") }),
    ],
  };
};

export const databaseTemplates: Record<string, Template> = {
  "raise-prices": raisePrices,
  "take-order": takeOrder,
  "ask-stock": askStock,
  "report-orders": reportOrders,
};
