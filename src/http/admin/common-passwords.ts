/** What people begin with when they have to think of a password. */
const WORDS: readonly string[] = [
  ...[
    'password',
    'passwort',
    'passw0rd',
    'p@ssw0rd',
    'p@ssword',
    'motdepasse',
    'contrasena',
    'wachtwoord',
  ],
  ...[
    'qwerty',
    'qwertz',
    'azerty',
    'qwertyuiop',
    'qwertzuiop',
    'azertyuiop',
    'asdfghjkl',
    'zxcvbnm',
  ],
  ...[
    'letmein',
    'welcome',
    'willkommen',
    'bienvenue',
    'iloveyou',
    'sunshine',
    'princess',
    'football',
  ],
  ...[
    'baseball',
    'superman',
    'batman',
    'dragon',
    'monkey',
    'master',
    'shadow',
    'starwars',
    'trustno1',
  ],
  ...[
    'admin',
    'administrator',
    'changeme',
    'changeit',
    'secret',
    'default',
    'company',
    'summer',
    'winter',
  ],
  ...[
    'spring',
    'autumn',
    'plumbline',
    'hubspot',
    'salesforce',
    'abc',
    'abcdef',
    'test',
    'hello',
    'login',
  ],
]

/** How they make it longer. */
const ENDINGS: readonly string[] = [
  ...[
    '1',
    '12',
    '123',
    '1234',
    '12345',
    '123456',
    '1234567',
    '12345678',
    '123456789',
    '1234567890',
  ],
  ...[
    '!',
    '1!',
    '123!',
    '1234!',
    '12345!',
    '123456!',
    '2024',
    '2025',
    '2026',
    '2024!',
    '2025!',
    '2026!',
  ],
  ...[
    '2027',
    '2027!',
    '@123',
    '@1234',
    '#123',
    '111',
    '1111',
    '000',
    '0000',
    '007',
    'qwerty',
    'admin',
  ],
]

/** Rows of a keyboard and the like, as far as one cares to type. */
const RUNS: readonly string[] = [
  ...[
    '12345678901234567890',
    '01234567890123456789',
    '98765432109876543210',
    '1q2w3e4r5t6y7u8i9o0p',
  ],
  ...['abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm'],
  ...['1qaz2wsx3edc4rfv5tgb', 'qazwsxedcrfvtgbyhn', 'q1w2e3r4t5y6u7i8o9p0', '112233445566778899'],
]

/** Passwords that everybody who guesses tries first, in lower case. */
export function commonPasswords(): ReadonlySet<string> {
  const longer = WORDS.flatMap((word) => ENDINGS.map((ending) => word + ending))
  const doubled = WORDS.flatMap((word) => [word + word, word + word + word])
  return new Set([...WORDS, ...longer, ...doubled])
}

/** Whether it is the beginning of a keyboard's row, or one or two or three characters over and over. */
export function isRun(password: string): boolean {
  return RUNS.some((run) => run.startsWith(password)) || /^(.{1,3}?)\1+.{0,2}$/u.test(password)
}
