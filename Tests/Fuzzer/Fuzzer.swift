import FuzzTargets
import Glibc

/// libFuzzer's own loop (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library").
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The target of `$LORABOOK_FUZZ`.
private let target: FuzzTarget = {
  let name = getenv("LORABOOK_FUZZ").map { String(cString: $0) }
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
    fatalError("name a target in LORABOOK_FUZZ: \(names)")
  }
  return target
}()

/// The program's entry point, under the name that the package manager links for an executable
/// called `fuzzer`.
@_cdecl("fuzzer_main")
public func fuzzerMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { start, length in
    do {
      try target.run(UnsafeRawBufferPointer(start: start, count: length))
    } catch {
      fatalError("\(error)")
    }
    return 0
  }
}
