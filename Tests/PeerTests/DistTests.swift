import Foundation
import TestSupport
import Testing

@Suite(
  "make dist",
  .enabled(
    if: ProcessInfo.processInfo.environment["LORABOOK_PEERS"] != nil,
    "`make peers` makes the files first, and runs this"))
struct DistTests {
  @Test("In a bare Debian 12 the tarball's program runs and apt installs the package")
  func bareDebian() throws {
    let scratch = try Scratch()
    let program = Scratch.project.appending(path: "Tests/PeerTests/Programs/bare_debian.sh").path
    let dist = Scratch.project.appending(path: "dist").path
    let result = try scratch.bash("'\(program)' '\(dist)'")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let said = result.output
    #expect(!said.contains("not bare:"), "\(said)")
    #expect(said.contains(",metric.loss\n1,1,ft,,,,,,8,,,,,,,1.5\n"), "\(said)")
    // The program itself says which of the two it lacks.
    #expect(said.contains("there is no OpenBLAS to compute with"), "\(said)")
    #expect(said.contains("'apt install libopenblas0'"), "\(said)")
    #expect(said.contains("\nsweep: 1\n"), "\(said)")
    #expect(said.contains("there is no gnuplot on the PATH"), "\(said)")
    #expect(said.contains("\nplot: 1\n"), "\(said)")
    #expect(said.contains("\nRecommends: gnuplot-nox | gnuplot\n"), "\(said)")
    #expect(said.contains("\nlibopenblas0 install ok installed\n"), "\(said)")
    for file in [
      "bin/lorabook", "share/man/man1/lorabook.1.gz", "share/bash-completion/completions/lorabook",
      "share/zsh/site-functions/_lorabook", "share/fish/vendor_completions.d/lorabook.fish",
    ] { #expect(said.contains("\n/usr/\(file)\n"), "\(said)") }
    #expect(said.hasSuffix("removed\n"), "\(said)")
    for book in ["package.db", "tarball.db"] {
      let verified = try scratch.lorabook("verify", "--all", "--db", book)
      #expect(verified.status == 0, "\(verified.output)")
      #expect(try scratch.sqlite("SELECT count(*) FROM runs", book: book) == "24")
    }
  }

  @Test("The tarball says what its program needs and what is linked into it")
  func readme() throws {
    let scratch = try Scratch()
    let result = try scratch.bash(
      """
      set -e
      tar -xf '\(Scratch.project.path)'/dist/lorabook-*.tar.gz
      cd lorabook-*
      cat README
      objdump -p bin/lorabook | awk '$1 == "NEEDED" { print $2 }' | sort | tr '\\n' ' '
      ls licences | wc -l
      """)
    #expect(result.status == 0, "\(result.errors)")
    let said = result.output
    #expect(said.contains(#/GNU C library 2\.\d+ or newer/#), "\(said)")
    for name in [
      "libopenblas0", "gnuplot-nox", "libsqlite3-dev 3.", "nettle-dev ", "Swift version ",
    ] {
      #expect(said.contains(name), "\(name): \(said)")
    }
    let needed = try #require(result.lines.dropLast().last).split(separator: " ")
    #expect(needed.contains("libc.so.6"), "\(needed)")
    #expect(
      Set(needed).isSubset(of: ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"]),
      "\(needed)")
    #expect(Int(result.lines.last?.trimmingCharacters(in: .whitespaces) ?? "") ?? 0 > 10)
  }
}
