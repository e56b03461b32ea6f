import CLinux
import Glibc

/// What this process may use of its machine: a batch system, a container or `taskset` may give it a part.
package enum ProcessLimits {
  /// Number of processors that its threads can keep busy, at least 1: those that it may run on
  /// (sched_getaffinity(2)), or as many as the processor time of its control groups pays for.
  package static let cores: Int = {
    let known = Int(lorabook_allowed_processors())
    let allowed = known > 0 ? known : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    guard let share = ControlGroups().processors, share < Double(allowed) else { return allowed }
    return max(1, Int(share.rounded(.up)))
  }()

  /// Bytes of memory: the machine's, or the limit of its control groups.
  package static let memory: Double = min(
    Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))),
    ControlGroups().memory ?? .infinity)
}

/// The limits of the control groups that this process belongs to, of version 2 and of version 1.
///
/// A group is limited by those above it too, so the least limit of a hierarchy counts. Sources: cgroups(7),
/// Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst, scheduler/sched-bwc.rst in Linux.
struct ControlGroups {
  /// Processors that the processor time of a period pays for, such as 1.5; nil where there is no limit.
  let processors: Double?
  /// Bytes of memory; nil where there is no limit.
  let memory: Double?

  /// - Parameter root: the folder in which `/proc` and the mounts lie.
  init(root: String = "") {
    let groups = Self.lines(root + "/proc/self/cgroup").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }.filter { $0.count == 3 }
    let mounts = Self.lines(root + "/proc/self/mountinfo").compactMap(Mount.init)
    var (processors, memory): ([Double], [Double]) = ([], [])
    for group in groups {
      let controllers = Set(group[1].split(separator: ",").map(String.init))
      let found = mounts.last {
        controllers.isEmpty ? $0.type == "cgroup2" : $0.type == "cgroup" && $0.holds(controllers)
      }
      guard let mount = found else { continue }
      for folder in mount.folders(of: group[2]).map({ root + $0 }) {
        if controllers.isEmpty {
          processors += Self.quota(Self.lines(folder + "/cpu.max").first)
          memory += Self.number(Self.lines(folder + "/memory.max").first)
        }
        if controllers.contains("cpu") {
          let times = ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map {
            Self.lines("\(folder)/\($0)").first ?? ""
          }
          processors += Self.quota(times.joined(separator: " "))
        }
        if controllers.contains("memory") {
          memory += Self.number(Self.lines(folder + "/memory.limit_in_bytes").first)
        }
      }
    }
    self.processors = processors.min()
    self.memory = memory.min()
  }

  /// The share that `QUOTA PERIOD`, both in microseconds, gives; none for `max 100000` and `-1 100000`.
  private static func quota(_ line: String?) -> [Double] {
    let times = (line ?? "").split(separator: " ").compactMap { Double($0) }
    guard times.count == 2, times[0] > 0, times[1] > 0 else { return [] }
    return [times[0] / times[1]]
  }

  /// A limit above 0; none for `max`.
  private static func number(_ line: String?) -> [Double] {
    line.flatMap { Double($0) }.map { $0 > 0 ? [$0] : [] } ?? []
  }

  private static func lines(_ path: String) -> [String] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&part, 1, part.count, file)
      guard count > 0 else { break }
      bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A mount of control groups, from proc_pid_mountinfo(5): `30 23 0:26 /a /sys/fs/cgroup rw - cgroup2 x rw,memory`.
  private struct Mount {
    let type: String
    private let root: String
    private let place: String
    private let options: Set<String>

    init?(_ line: String) {
      let fields = line.split(separator: " ").map(String.init)
      guard let dash = fields.firstIndex(of: "-"), dash > 4, dash + 3 < fields.count,
        fields[dash + 1].hasPrefix("cgroup")
      else { return nil }
      (root, place, type) = (fields[3], fields[4], fields[dash + 1])
      options = Set(fields[dash + 3].split(separator: ",").map(String.init))
    }

    func holds(_ controllers: Set<String>) -> Bool { controllers.isSubset(of: options) }

    /// The folders of a group and of those above it that are mounted, the group's own last.
    func folders(of group: String) -> [String] {
      let base = root == "/" ? "" : root
      // What is mounted may be another group's, as in a container that sees its own alone.
      let isInside = group == base || group.hasPrefix(base + "/")
      let below = isInside ? group.dropFirst(base.count).split(separator: "/") : []
      guard !below.contains("..") else { return [place] }
      return (0...below.count).map { count in
        ([Substring(place)] + below.prefix(count)).joined(separator: "/")
      }
    }
  }
}
