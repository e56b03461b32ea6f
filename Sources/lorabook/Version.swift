/// The program's version, which every sweep records.
let lorabookVersion = "0.1.0"
