import Foundation
import TestSupport
import Testing

@testable import LAPACKSpectra

@Suite("What a process may use")
struct ProcessLimitsTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The limits that the groups of a tree of files give.
  private func limits(
    groups: String, mounts: String, _ files: KeyValuePairs<String, String>
  ) throws -> ControlGroups {
    try scratch.write(groups + "\n", to: "proc/self/cgroup")
    try scratch.write(mounts + "\n", to: "proc/self/mountinfo")
    for (path, text) in files { try scratch.write(text + "\n", to: path) }
    return ControlGroups(root: scratch.folder.path)
  }

  private let second = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw"

  @Test("is the least limit of a group and of those above it")
  func hierarchy() throws {
    let limits = try limits(
      groups: "0::/batch/job/step", mounts: second,
      [
        "sys/fs/cgroup/batch/cpu.max": "800000 100000",
        "sys/fs/cgroup/batch/memory.max": "4000000000",
        "sys/fs/cgroup/batch/job/cpu.max": "150000 100000",
        "sys/fs/cgroup/batch/job/memory.max": "max",
        "sys/fs/cgroup/batch/job/step/cpu.max": "max 100000",
        "sys/fs/cgroup/batch/job/step/memory.max": "max",
        "sys/fs/cgroup/other/memory.max": "1000",
      ])
    #expect(limits.processors == 1.5)
    #expect(limits.memory == 4e9)
  }

  @Test("has no limit where no group has one")
  func noLimit() throws {
    let limits = try limits(
      groups: "0::/", mounts: second,
      ["sys/fs/cgroup/cpu.max": "max 100000", "sys/fs/cgroup/memory.max": "max"])
    #expect(limits.processors == nil && limits.memory == nil)
    let none = try self.limits(groups: "", mounts: "", [:])
    #expect(none.processors == nil && none.memory == nil)
  }

  @Test(
    "is found where a container sees its own group alone",
    arguments: [
      ("/pods/a", "/pods/a"), ("/", "/"), ("/pods/a", "/"), ("/../b", "/"), ("/pods/ab", "/pods/a"),
    ])
  func container(group: String, root: String) throws {
    let limits = try limits(
      groups: "0::\(group)", mounts: "30 23 0:26 \(root) /sys/fs/cgroup ro - cgroup2 cgroup ro",
      ["sys/fs/cgroup/cpu.max": "200000 100000", "sys/fs/cgroup/memory.max": "500000000"])
    #expect(limits.processors == 2)
    #expect(limits.memory == 5e8)
  }

  @Test("follows the groups of version 1, each controller in its own hierarchy")
  func first() throws {
    let limits = try limits(
      groups: "9:name=systemd:/x\n4:memory:/slurm/job_7\n2:cpu,cpuacct:/slurm\n0::/",
      mounts: """
        32 31 0:29 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory
        """,
      [
        "cg/cpu,cpuacct/cpu.cfs_quota_us": "-1", "cg/cpu,cpuacct/cpu.cfs_period_us": "100000",
        "cg/cpu,cpuacct/slurm/cpu.cfs_quota_us": "300000",
        "cg/cpu,cpuacct/slurm/cpu.cfs_period_us": "100000",
        "cg/memory/memory.limit_in_bytes": "9223372036854771712",
        "cg/memory/slurm/job_7/memory.limit_in_bytes": "256000000",
      ])
    #expect(limits.processors == 3)
    #expect(limits.memory == 2.56e8)
  }

  @Test("is at least one core and some memory, and at most the machine's")
  func here() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(ProcessLimits.cores))
    #expect(ProcessLimits.memory > 0)
    #expect(ProcessLimits.memory <= Double(ProcessInfo.processInfo.physicalMemory))
  }
}
