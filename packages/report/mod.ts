/**
 * What experiments found, as one HTML page and as pictures: pure functions of the store.
 *
 * @module
 */
export { type Chapter, chapterOf, type Standing } from "./chapter.ts";
export { drawFigures, type Picture, type PictureSet } from "./draw_figures.ts";
export { renderReport, type ReportRequest } from "./report.ts";
export { rerunCommand } from "./rerun_command.ts";
