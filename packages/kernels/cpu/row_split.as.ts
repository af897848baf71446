// Row-split over CSR (Yang, Buluç, Owens, Euro-Par 2018 §4.1) with B in panels: a row of C stays in
// registers while its non-zeros pass, and is written once.
export { multiplyRows as multiply } from "./panels.as";
