/** Compressed by bzip2 1.0.8 and liblzma 5.4 as Python calls them, in base64. */
export const compressed: Record<string, string> = {
  "bzip2 of three blocks":
    "QlpoMTFBWSZTWfEiyVEAaMRYAAAQQAB/4FAEPvAAAAIBA0DQIGgaBA0DQE1VUab/VU96qaCalUaGTPSCv+QV3Ar4gr" +
    "7Ar8grxBXQK/oFfEFcgrqBXIK5BXIK6BXIK5BXQK6BXIK4grkFdArkFcgroFcgrkFdAroFdIK6BXQK6BXIK5BXQK5B" +
    "XIK5BXEFcgrkFdAroFcgrkFdArkFcgriCuQVyCuQV0CugVyCuQV0CuQV0grkFdArkFcgroFdArkFcgroFfaCugV5Ar" +
    "xBXiCvIFeIKyCsgrQK0CsgrIK0CsgrQKyCsgrQKyCsgrQKyCsgrQK0CsgrIKyCtArIKyCtArQKyCsgrIK0CsgrIK0C" +
    "tArQKyCsgrQKyCsgrQK0CtArIKyCtArIKyCsgrQK0CsgrIK0Csgr1kFZBWgV6QVkFZBWgVoFZBWQVoFZBWQVkFfiCv" +
    "iCtArQKyCtArIKyCtArIKyCtArIKyCu6UiaElWpSJiJKtSkTQkqxUiaElWKkTQkqxUiaElWKkTKVUnhigrJMprMPMF" +
    "duAENtshGAIIAA/8BwAAABABCgBvwAAAeBTTIxMTEKaZGJiYhTTIxMTEE1SSAAeoFKpU03/qqnv1VB6Q+vr5CPYj8R" +
    "HoRwj8iP0I/Yj+CPcRwR0RwjojhHCOEcI4RwjoRwjhHCOiOEcI4RwjhHQjhHCOEcI6I4RwjhHCOCOiOiOEcI4R0Rwj" +
    "hHCOhHCOEcI4RwjhHRHCOEdCOEcI4RwjhHCOEdEcI3wI4R6EfER6EehHqI0RhGEYRojCMIwjCNEYRhGiMIwjRGEYRh" +
    "GEYR5hGEaIwjCPkRhGEYRhGiMIwjCMIwjCMI0RhGEYRhGEYRhGiMIwjCMIwjCMI0RojCMIwjCMIwjCNEYRhGiMIwj7" +
    "iPYjwR4I8iPBHgjyI8EeCPIjwR4I8iPaULwgZIqZSBkipigZKRfMqVpQMIqYoGSKmKBkiplEFstfqV9cb02686cfxd" +
    "yRThQkGXduRQA=",
  "xz": "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ewlANldABgIAmK9usQvHdeXqW5AcfNYLXzKUYsNxyqyFzaAiNCWbzSiAp" +
    "167qPJV6pVh7cFi0qoD5n/xF+vTqg2x1yuNcmECesLLy53s+qRFV4shr0rYSWP46LLgzUsMIfEzUkPaYC4EvgZqsGv" +
    "YxEalvltHGkgxP3XnnzwcWabaeFt9ePgnJ26D7ehQoTxFwcyiw1jJK/tsAs1Nftggsp/Mn2HItW3rDpdbaTGThmHeB" +
    "+zmS26qxI/sEr61uH5w+pJLFziMFwc7xYKEZu+Yb4hXGdnIaE5jSV7KTWAlAAAAAAA/iasbQ5zCEMAAfUBptgHAFHB" +
    "sR+xxGf7AgAAAAAEWVo=",
  "xz of other contexts, without a check":
    "/Td6WFoAAAD/EtlBAgAhAQAAAAA3J5fW4ewlAMMSABgIQpI1Lb2ulDoVbHnSSUnH3AbXfTzPTy+QFP+6UUbjP9dBHS" +
    "IZ6Ge6Zl3T/xfoF76WpZg4s9NqPITaid76ntfEtlhEd37UHoMHMINWMnHATVY0hRlWAKpzGYA58eKNGsMK6tESlHg0" +
    "OIJOYlaWMiNbhYP75hCKDlSexn/toMh9AO4Lnobzy5wQopdy9gC62Aw5GuaYAGmyM1pzQaRcAvKkjFHs3/QndrkEmJ" +
    "P86FKlFQGk1JOU+XQ7jj/HTHk6w/OIXAAAAAHXAabYBwBsZdVVqAAK/AIAAAAAAFla",
  "xz with CRC-32":
    "/Td6WFoAAAFpIt42AgAhARAAAACocI6G4ewlASC4ABgIAgCmexGiExONqyoDIDwgegOrtcjNVvIWlv0kvcfWQgLW42" +
    "su+v+h9VCOvtJ47kehhGsPYpXBohZ8qEbKBF/KhtEldL7nUuQUh04/gg41Qvhgnhu9T7hNRZWjL/sakytYNkoQUP6C" +
    "RUSghnP2b2ox0gxScJz7cXVDFD5RB8KShMjRjlL8Vva0oV7tBeItFHNux4r1/wznFfMpcL9Q0SkAhQszQUfoVcKJ/o" +
    "Iizq53gYfhmwdyrB0N9TKdXTj8GWLPSIjoDhPJHGI9mBy9QdRvEry6FxsDLlguBfMyt3l6XB2vE0SGJb7x+yWf8ym/" +
    "KodPUEiJWP9LkTFKEQDmEm6grwgTtPpi19sfMUPyadZJW+OqhPQYwm8p2Obc6eM1RABLd51vAAG4AqbYBwAzotfrPj" +
    "ANiwIAAAAAAVla",
  "xz with SHA-256":
    "/Td6WFoAAArh+wyhAgAhAQwAAACPmEGc4ewlAO1dABgIAmK9usQvHdeXqW5AcfNYLXzKUYsNxyqyFzc2B1aFiJ12E5" +
    "wMfKgF+CBQa54lAvcPvZTjqy5oP+YQiShyHxEPkjZMmvsSvLHmcEdtfMqwNVTyDET73lPpREyyWVGJC6INz+E7VntP" +
    "YTSM/9EZtlx62d2QuTbzFmz0vUOBoKb1buIZ//I2hKNa1hrdrwXE0h+uw66+bI05vbBaTxFsZPFqnUFCbNUUqqGGia" +
    "sTcMDc1GgMphDruz9LX3/cIVaYiqKR2KfIFZbDvHwpPYy4wLa6fBi9Xd42U0waL6FjG3louZ1HKk9f9diILjTXkwAA" +
    "AABGv1WIUXJLFVo0FiMFf5qET+8o9fiAcYXLQ+yWtn7oMQABoQKm2AcAYPEOz7bp3xwCAAAAAApZWg==",
  "bzip2 of nothing": "QlpoORdyRThQkAAAAAA=",
  "xz of nothing": "/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=",
  "bzip2 of records": "QlpoOTFBWSZTWSavclgAAAtZgAAQEAAAEDIABEogADEAMAqo0GnqRbaLuziKRFPi7kinChIE1e5LAA==",
  "xz of records":
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAZABZdAD2IioaUiBPg84lCoO86qrG6mX/eAAAAAACscqRsXvVjtAABMh" +
    "ogGJQwH7bzfQEAAAAABFla",
  "xz behind a filter":
    "/Td6WFoAAATm1rRGAgEDAQAhARZ5IMTu4AAZABhdAD2pxk8QoPH7R9R+n1hg5dH66eEb1lMAAACscqRsXvVjtAABNB" +
    "qmv85mH7bzfQEAAAAABFla",
};
