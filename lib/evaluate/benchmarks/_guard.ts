/**
 * Python code in front of tests, so that a result cannot say of itself what it is equal to: what the named functions give
 * reaches the tests as numbers, texts, and lists, tuples, sets and dictionaries of such, made anew; what is built in and cannot be
 * changed passes, and so do objects of classes that the tests define. Anything else is an error, as it is where a name is missing.
 *
 * It takes nothing from the program's module and imports nothing: the program may have changed that.
 */
export function guard(names: readonly string[]): string {
  const list = names.map((name) => JSON.stringify(name)).join(", ");
  return `
def __guard(names, space):
    flags, own = type.__dict__["__flags__"].__get__, [*space.values()]
    exact = {int, float, complex, bool, str, bytes, type(None), type(...), type(NotImplemented)}
    def plain(x):
        kind = type(x)
        if kind in exact: return x
        if issubclass(kind, str): return str.__getitem__(x, slice(None))
        if issubclass(kind, int): return int.__add__(x, 0)
        if issubclass(kind, float): return float.__add__(x, 0.0)
        for base in (list, tuple, set, frozenset):
            if issubclass(kind, base): return base([plain(value) for value in base.__iter__(x)])
        if issubclass(kind, dict): return {plain(key): plain(value) for key, value in dict.items(x)}
        if flags(kind) & 256:
            if hasattr(kind, "__next__"): return (plain(value) for value in x)
            if hasattr(kind, "__iter__"):
                for value in x: plain(value)
            return x
        if any(kind is value for value in space.values()) and not any(kind is value for value in own): return x
        raise TypeError("A result must be a plain value: it is a " + kind.__name__)
    def guarded(function):
        return lambda *given, **named: plain(function(*given, **named))
    for name in names:
        if name not in space: raise NameError(name + " is not defined")
        space[name] = guarded(space[name])
__guard([${list}], globals())
del __guard
`;
}
