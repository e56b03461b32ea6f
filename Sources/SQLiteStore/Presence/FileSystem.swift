import CLinux
import Glibc

/// The file system that a book lies on, as far as it matters for recording.
package enum FileSystem: Equatable, Sendable {
  /// Several machines can have it mounted, and SQLite's log is in the memory of one: what two of them
  /// record, one of them loses.
  case shared(String)
  /// The host of a virtual machine has it mounted too.
  case ofHost(String)
  case local

  /// The file system of a file, or of its folder where there is no file yet.
  package static func of(_ path: String) -> FileSystem {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let place = access(path, F_OK) == 0 ? path : folder
    var (magic, major, minor): (UInt32, UInt32, UInt32) = (0, 0, 0)
    guard lorabook_file_system(place, &magic, &major, &minor) == 0 else { return .local }
    return judge(
      magic: magic, type: mountType(ofDevice: "\(major):\(minor)", in: mountTable() ?? ""))
  }

  /// Judges a file system by the number that statfs gives and the type that it is mounted with, such
  /// as `fuse.sshfs`.
  ///
  /// The numbers are those of statfs(2) and of linux/magic.h.
  static func judge(magic: UInt32, type: String?) -> FileSystem {
    if let name = sharedMagics[magic] { return .shared(name) }
    if magic == 0x0102_1997 { return .ofHost("9p") }
    // FUSE as such is local: exFAT and NTFS are read by it as well.
    if magic == 0x6573_5546, let type, let kind = type.split(separator: ".", maxSplits: 1).last,
      sharedPrograms.contains(String(kind))
    {
      return .shared(String(kind))
    }
    return .local
  }

  private static let sharedMagics: [UInt32: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS", 0x00C3_6400: "Ceph", 0x5346_414F: "AFS", 0x6B41_4653: "AFS",
    0x1983_0326: "BeeGFS", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x7375_7245: "Coda",
    0xAAD7_AAEA: "PanFS",
  ]

  private static let sharedPrograms: Set<String> = [
    "sshfs", "glusterfs", "ceph-fuse", "cephfs", "s3fs", "goofys", "geesefs", "mountpoint-s3",
    "gcsfuse", "blobfuse", "blobfuse2", "rclone", "juicefs", "seaweedfs", "mfs", "moosefs",
    "lizardfs", "hdfs", "curlftpfs", "davfs", "afpfs", "smbnetfs", "beegfs", "onedriver",
    "gvfsd-fuse",
  ]

  private static func mountTable() -> String? {
    let descriptor = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &part, part.count)
      guard count > 0 else { break }
      bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The type of the mount of a device, from proc_pid_mountinfo(5): `36 35 98:0 /a /b rw - fuse.x y rw`.
  static func mountType(ofDevice device: String, in table: String) -> String? {
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == device,
        let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      return String(fields[dash + 1])
    }
    return nil
  }
}
