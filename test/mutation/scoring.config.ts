import { mutationOptions } from './options.ts'

/** What decides a score, and the words that explain it. */
export default mutationOptions('scoring', ['src/scoring/{,engine/,accounts/,outlook/}*.ts'])
