/** English names of units by their signs in conversions: one, and more than one where that is not an s more. */
const names: Record<string, string | readonly [string, string]> = {
  m: "metre",
  km: "kilometre",
  cm: "centimetre",
  mm: "millimetre",
  um: "micrometre",
  nm: "nanometre",
  nmi: "nautical mile",
  mi: "mile",
  yd: "yard",
  ft: ["foot", "feet"],
  foot: ["foot", "feet"],
  in: ["inch", "inches"],
  ly: "light-year",
  au: "astronomical unit",
  pc: "parsec",
  km2: "square kilometre",
  m2: "square metre",
  cm2: "square centimetre",
  ha: "hectare",
  acre: "acre",
  acres: "acre",
  sqmi: "square mile",
  mi2: "square mile",
  sqft: ["square foot", "square feet"],
  ft2: ["square foot", "square feet"],
  km3: "cubic kilometre",
  m3: "cubic metre",
  cuft: ["cubic foot", "cubic feet"],
  cumi: "cubic mile",
  l: "litre",
  ml: "millilitre",
  usgal: "US gallon",
  impgal: "imperial gallon",
  kg: "kilogram",
  g: "gram",
  mg: "milligram",
  t: "tonne",
  lb: "pound",
  lbs: "pound",
  oz: "ounce",
  st: ["stone", "stone"],
  LT: "long ton",
  ST: "short ton",
  "km/h": ["kilometre per hour", "kilometres per hour"],
  "m/s": ["metre per second", "metres per second"],
  mph: ["mile per hour", "miles per hour"],
  kn: "knot",
  w: "watt",
  kw: "kilowatt",
  mw: "megawatt",
  hp: ["horsepower", "horsepower"],
  bhp: ["brake horsepower", "brake horsepower"],
  j: "joule",
  kj: "kilojoule",
  kpa: ["kilopascal", "kilopascals"],
  psi: ["pound per square inch", "pounds per square inch"],
};

/** Signs that stand as they are written, or otherwise than they are. */
const signs: Record<string, string> = {
  C: "°C",
  F: "°F",
  K: "K",
  "C-change": "°C",
  "F-change": "°F",
  "pd/sqmi": "inhabitants per square mile",
  "pd/km2": "inhabitants per square kilometre",
  "PD/sqmi": "inhabitants per square mile",
  "PD/km2": "inhabitants per square kilometre",
};

/** The name of a unit after a number, in the plural where the number asks for it; a sign that is not known stays. */
export function unitNames(sign: string, number: string, joined: boolean): string {
  if (signs[sign]) return signs[sign];
  // In signs of power a capital is another unit: MW and mW; of the others capitals are slips.
  const name = names[sign] ??
    (/^m[wgjl]$/i.test(sign) && sign !== sign.toLowerCase() && sign !== "MW"
      ? undefined
      : sign === "mW"
      ? "milliwatt"
      : names[sign.toLowerCase()]);
  if (name === undefined) return sign;
  const [one, more] = typeof name === "string" ? [name, `${name}s`] : name;
  return joined || /^[-−]?(?:1|0?\.\d+|\d\/\d+)$/.test(number) && !number.includes(".") ? one : more;
}
