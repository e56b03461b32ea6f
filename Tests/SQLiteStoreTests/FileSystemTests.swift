import Testing

@testable import SQLiteStore

@Suite("The file system that a book lies on")
struct FileSystemTests {
  @Test(
    "is shared where several machines can have it mounted",
    arguments: [
      (0x6969, "nfs4", "NFS"), (0xFF53_4D42, "cifs", "SMB"), (0xFE53_4D42, "cifs", "SMB"),
      (0x0BD0_0BD0, "lustre", "Lustre"), (0x4750_4653, "gpfs", "GPFS"),
      (0x00C3_6400, "ceph", "Ceph"), (0x5346_414F, "afs", "AFS"),
      (0x1983_0326, "beegfs", "BeeGFS"), (0x6573_5546, "fuse.sshfs", "sshfs"),
      (0x6573_5546, "fuse.glusterfs", "glusterfs"),
    ])
  func shared(magic: UInt32, type: String, name: String) {
    #expect(FileSystem.judge(magic: magic, type: type) == .shared(name))
  }

  @Test(
    "is local on disks, in memory, in containers, and under FUSE as such",
    arguments: [
      (0xEF53, "ext4"), (0x5846_5342, "xfs"), (0x9123_683E, "btrfs"), (0x0102_1994, "tmpfs"),
      (0x794C_7630, "overlay"), (0x6573_5546, "fuseblk"), (0x6573_5546, "fuse.exfat"),
      (0x6573_5546, "fuse"), (0x2FC1_2FC1, "zfs"),
    ])
  func local(magic: UInt32, type: String) {
    #expect(FileSystem.judge(magic: magic, type: type) == .local)
    #expect(FileSystem.judge(magic: magic, type: nil) == .local)
  }

  @Test("of a virtual machine's host is told apart")
  func ofHost() {
    #expect(FileSystem.judge(magic: 0x0102_1997, type: "9p") == .ofHost("9p"))
  }

  @Test("is found in the table of mounts by its device")
  func mounts() {
    let table = """
      22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
      40 22 0:45 / /mnt/my\\040data rw,nosuid shared:2 master:1 - fuse.sshfs me@host:/x rw,user_id=0
      """
    #expect(FileSystem.mountType(ofDevice: "0:45", in: table) == "fuse.sshfs")
    #expect(FileSystem.mountType(ofDevice: "254:0", in: table) == "ext4")
    #expect(FileSystem.mountType(ofDevice: "0:4", in: table) == nil)
    #expect(FileSystem.mountType(ofDevice: "0:45", in: "40 22 0:45 / / rw -") == nil)
  }

  @Test("here is local, for a file that is there and for one that is not")
  func here() throws {
    let folder = try TemporaryFolder()
    #expect(FileSystem.of(folder.file("none.db")) == .local)
    #expect(FileSystem.of(folder.path) == .local)
    #expect(FileSystem.of("none.db") == .local)
  }
}
