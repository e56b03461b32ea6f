import Foundation
import Testing

@Suite("A process that may use a part of its machine")
struct ProcessLimitTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("uses one core under taskset, in every command that computes")
  func affinity() throws {
    for command in [
      "sweep --seeds 0-9 --quiet", "train \(smallTraining) --quiet", "resume 1 --quiet",
      "verify --all --quiet",
    ] {
      let result = try scratch.bash("taskset -c 0 lorabook \(command)")
      #expect(result.status == 0, "\(command): \(result.errors)")
      if command.hasPrefix("train") {
        _ = try scratch.sqlite("UPDATE sweep SET status = 'interrupted' WHERE sweep_id = 1")
      }
    }
    #expect(
      try scratch.sqlite("SELECT DISTINCT jobs, lapack_threads FROM execution") == "1|1")
  }

  @Test("says how much memory its control group gives, and keeps to its processor time")
  func controlGroup() throws {
    let made = try scratch.bash(
      """
      name=lorabook-$$
      if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        groups=/sys/fs/cgroup/$name
        mkdir $groups && echo 300000000 > $groups/memory.max && echo '100000 100000' > $groups/cpu.max
      else
        groups="/sys/fs/cgroup/memory/$name /sys/fs/cgroup/cpu/$name"
        mkdir $groups && echo 300000000 > /sys/fs/cgroup/memory/$name/memory.limit_in_bytes &&
          echo 100000 > /sys/fs/cgroup/cpu/$name/cpu.cfs_quota_us
      fi 2>&1 && (
        for group in $groups; do echo $BASHPID > $group/cgroup.procs; done
        lorabook sweep --shapes 4000x4000 --db large.db
        echo "$? $(ls)"
        lorabook sweep --quiet && sqlite3 lorabook.db 'SELECT jobs FROM execution'
      )
      rmdir $groups
      """)
    // Where no group can be made, the tree of files of another test has to do.
    guard !made.output.contains("mkdir: "), !made.output.contains("denied") else { return }
    #expect(made.errors.contains("a worker may use 300 MB"), "\(made.errors)")
    #expect(made.lines.first == "65 " || made.lines.first == "64 ", "\(made.output)")
    #expect(made.lines.last == "1", "\(made.output)\(made.errors)")
  }
}
