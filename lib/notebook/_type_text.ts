import type { DocMember, DocParameter, DocSignature, DocSymbol, DocType } from "./_documentation.ts";

/** A type as it is written in TypeScript. */
export function typeText(type: DocType | undefined): string {
  switch (type?.kind) {
    case undefined:
      return "unknown";
    case "keyword":
    case "this":
      return type.repr;
    case "literal":
      return type.value.kind === "string" ? JSON.stringify(type.repr) : type.repr;
    case "typeRef": {
      const { typeName, typeParams = [] } = type.value;
      return typeParams.length === 0 ? typeName : `${typeName}<${typeParams.map(typeText).join(", ")}>`;
    }
    case "union":
      return type.value.map(typeText).join(" | ");
    case "intersection":
      return type.value.map(typeText).join(" & ");
    case "tuple":
      return `[${type.value.map(typeText).join(", ")}]`;
    case "array": {
      const one = typeText(type.value);
      return /^[\w$.]+(<.*>)?$|^\(.*\)$|\[\]$/.test(one) ? `${one}[]` : `(${one})[]`;
    }
    case "parenthesized":
      return `(${typeText(type.value)})`;
    case "rest":
      return `...${typeText(type.value)}`;
    case "optional":
      return `${typeText(type.value)}?`;
    case "typeOperator":
      return `${type.value.operator} ${typeText(type.value.tsType)}`;
    case "typeLiteral": {
      const { properties = [], indexSignatures = [] } = type.value;
      const members = [
        ...properties.map(memberText),
        ...indexSignatures.map(({ params, tsType }) =>
          `[${params.map(parameterText).join(", ")}]: ${typeText(tsType)}`
        ),
      ];
      return members.length === 0 ? "{}" : `{ ${members.join("; ")} }`;
    }
    case "fnOrConstructor":
      return `(${type.value.params.map(parameterText).join(", ")}) => ${typeText(type.value.tsType)}`;
    case "indexedAccess":
      return `${typeText(type.value.objType)}[${typeText(type.value.indexType)}]`;
    case "typeQuery":
      return `typeof ${type.value}`;
    case "mapped": {
      const { typeParam: { name, constraint }, tsType } = type.value;
      return `{ [${name} in ${typeText(constraint)}]: ${typeText(tsType)} }`;
    }
  }
}

/** A member of an interface as it is declared. */
export function memberText({ name, optional, tsType, params, returnType }: DocMember): string {
  if (params) return `${name}${signatureText({ params, ...(returnType ? { returnType } : {}) })}`;
  return optional
    ? `${name}?: ${typeText(tsType).replace(/ \| undefined$/, "")}`
    : `${name}: ${typeText(tsType)}`;
}

/** `<T>(data: readonly T[], options?: FitOptions): Fit<T>`; a parameter a line where one line would be too long. */
export function signatureText(
  { params, returnType, typeParams = [] }: DocSignature,
  widest = Infinity,
): string {
  const names = typeParams.map(({ name, constraint }) =>
    constraint ? `${name} extends ${typeText(constraint)}` : name
  );
  const generic = names.length === 0 ? "" : `<${names.join(", ")}>`;
  const end = returnType ? `: ${typeText(returnType)}` : "";
  const taken = params.map(parameterText);
  const line = `${generic}(${taken.join(", ")})${end}`;
  return line.length <= widest ? line : `${generic}(\n${taken.map((one) => `  ${one},\n`).join("")})${end}`;
}

/** What an exported name is, in one line of TypeScript. */
export function declarationText({ name, declaration: { kind, def } }: DocSymbol): string {
  if (kind === "function") return `${name}${signatureText(def as DocSignature, 88 - name.length)}`;
  if (kind === "class") {
    const constructor = def.constructors?.find(({ accessibility }) => accessibility !== "private");
    return constructor
      ? `new ${name}(${(constructor.params ?? []).map(parameterText).join(", ")})`
      : `class ${name}`;
  }
  if (kind === "interface") {
    const from = (def.extends ?? []).map(typeText);
    return `interface ${name}${from.length === 0 ? "" : ` extends ${from.join(", ")}`}`;
  }
  const { tsType } = def as { tsType?: DocType };
  return kind === "typeAlias" ? `type ${name} = ${typeText(tsType)}` : `const ${name}: ${typeText(tsType)}`;
}

/** A parameter's name, `undefined` where it is taken apart at once. */
export function parameterName(parameter: DocParameter): string | undefined {
  switch (parameter.kind) {
    case "identifier":
      return parameter.name;
    case "assign":
      return parameterName(parameter.left);
    case "rest":
      return parameterName(parameter.arg);
    default:
      return undefined;
  }
}

/** A parameter's type. */
export function parameterType(parameter: DocParameter): DocType | undefined {
  return parameter.kind === "assign" ? parameterType(parameter.left) : parameter.tsType;
}

function parameterText(parameter: DocParameter): string {
  const name = parameterName(parameter) ?? "options";
  const type = typeText(parameterType(parameter));
  if (parameter.kind === "rest") return `...${name}: ${type}`;
  return `${name}${
    parameter.kind === "assign" || "optional" in parameter && parameter.optional ? "?" : ""
  }: ${type}`;
}
