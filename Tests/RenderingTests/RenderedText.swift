import LoRASpectra
import Rendering
import Testing

/// Renders some rows in a format.
func rendered(
  _ format: OutputFormat, _ columns: [String], _ rows: [[Value]]
) throws -> String {
  var bytes: [UInt8] = []
  let writer = format.writer { bytes.append(contentsOf: $0) }
  try writer.begin(columns)
  for row in rows { try writer.write(row) }
  try writer.end()
  return try #require(String(validating: bytes, as: UTF8.self))
}

/// Doubles whose text is easily truncated.
let awkwardDoubles: [Double] = [
  0, -0.0, 0.1, 1.0 / 3, 2.0 / 3, -1e-5, .leastNonzeroMagnitude, 2.2250738585072014e-308,
  1.7976931348623157e308,
  -9007199254740994, 9007199254740992, 1e15, 1e16, 123456789.12345679, 16, 1e21, 1e22, 1e23,
  0.30000000000000004, 4.35, .pi,
]
