import Foundation
import Glibc
import Testing

@Suite("A pipe that nobody writes")
struct PipeTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    #expect(try scratch.bash("lorabook sweep --quiet && mkfifo pipe").status == 0)
  }

  @Test("is imported from as soon as somebody does")
  func lateWriter() throws {
    let result = try scratch.bash(
      """
      lorabook import pipe --name late & import=$!
      sleep 0.5
      { echo seed,d,k,profile,rank,alpha,rule,error; sleep 0.3; echo 1,8,8,p,2,16,lora,0.5; } > pipe
      wait $import
      """)
    #expect(result.errors.hasPrefix("1 run imported"), "\(result.output)\(result.errors)")
  }

  @Test("is waited for until the first Ctrl-C")
  func interrupted() throws {
    let process = try scratch.startShell("exec lorabook import pipe --name x 2> said")
    #expect(process.endAtWork(SIGINT) == 130)
    #expect(try scratch.read("said") == "lorabook: interrupted: nothing was imported.\n")
  }

  @Test("in a folder of queries stands in the way of no query, and is no query itself")
  func amongQueries() throws {
    let result = try scratch.bash(
      """
      mkdir mine && mkfifo mine/stuck.sql && echo '-- Says one.
      SELECT 1 AS one' > mine/one.sql
      for query in '' one winning-rule 'one --show' stuck 'stuck --show'; do
        timeout -s KILL 10 lorabook query $query --queries mine > rows 2>> said; echo $?
      done
      """)
    #expect(result.lines == ["0", "0", "0", "0", "66", "66"], "\(result.output)")
    #expect(try scratch.read("said").contains("stuck.sql': it is no file"), "\(result.errors)")
  }
}
