/** What stands behind every hint, wherever hints are shown. */
export const HINT_NOTE = '这是成员单位推送的提示，不是决定。请核实后由您决定如何处理，系统不会自行停发或调整待遇。'
