/** What a scenario has found wrong by itself, because the end of the run would not show it any more. */
export class ScenarioFailed extends Error {
  override readonly name = 'ScenarioFailed'
}
