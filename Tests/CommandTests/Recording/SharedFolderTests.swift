import TestSupport
import Testing

/// A folder that statfs(2) calls NFS, SMB or 9p: a library that is loaded first answers so for paths with
/// `shared` in them.
@Suite("A book in a folder that machines share")
struct SharedFolderTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/vfs.h>
      int statfs(const char *path, struct statfs *system) {
        int (*next)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
        int result = next(path, system);
        const char *type = getenv("STATFS_TYPE");
        if (result == 0 && type && strstr(path, "shared")) system->f_type = strtoul(type, 0, 16);
        return result;
      }

      """, to: "statfs.c")
    let made = try scratch.bash(
      """
      clang -shared -fPIC -o statfs.so statfs.c -ldl && mkdir shared && lorabook sweep --quiet --db mine.db &&
      cp mine.db shared/old.db && echo seed,rank,alpha,rule,error > rows.csv && echo 1,2,4,lora,0.5 >> rows.csv
      """)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// Runs a command as if the folder lay on a file system with a number of statfs.
  private func run(_ command: String, on type: String = "6969") throws -> Scratch.Result {
    try scratch.bash("LD_PRELOAD=\"$PWD/statfs.so\" STATFS_TYPE=\(type) lorabook \(command)")
  }

  /// What records, with the words before `--db`.
  private static let recording = [
    "sweep --quiet", "train --quiet --steps 2 --seeds 0 --ranks 2 --learning-rates 0.01",
    "log --sweep s --metric loss=1", "log - --sweep s < /dev/null", "import rows.csv --name s",
  ]

  @Test("is not recorded into, no file is left there, and the line that does it right is told")
  func refused() throws {
    for command in Self.recording {
      let result = try run(
        command.replacing(" <", with: " --db shared/new.db <")
          + (command.contains("<") ? "" : " --db shared/new.db"))
      #expect(result.status == 73, "\(command): \(result.status) \(result.errors)")
      #expect(result.errors.contains("'shared/new.db' lies on NFS"), "\(result.errors)")
      #expect(result.errors.contains("lorabook merge /tmp/mine.db --db shared/new.db"))
    }
    for command in ["edit 1 --note x", "rm 1 --yes", "resume 1", "merge mine.db"] {
      #expect(try run("\(command) --db shared/old.db").status == 73, "\(command)")
    }
    for type in ["517b", "ff534d42", "bd00bd0", "47504653", "c36400", "5346414f", "19830326"] {
      #expect(try run("sweep --quiet --db shared/new.db", on: type).status == 73, "\(type)")
    }
    #expect(try scratch.bash("ls shared; cmp mine.db shared/old.db").output == "old.db\n")
  }

  @Test("can be read, copied, and made by a merge of books from elsewhere")
  func allowed() throws {
    for command in ["ls", "show", "export", "query error-by-rank", "doctor", "verify"] {
      #expect(try run("\(command) --db shared/old.db").status == 0, "\(command)")
    }
    #expect(try run("backup shared/copy.db --db shared/old.db").status == 0)
    #expect(try run("merge mine.db --db shared/new.db").status == 0)
    #expect(try scratch.sqlite("SELECT count(*) FROM runs", book: "shared/new.db") == "24")
  }

  @Test("is recorded into where one insists, and on 9p with a warning")
  func insisted() throws {
    #expect(try run("sweep --quiet --db shared/a.db --one-machine").status == 0)
    let variable = try scratch.bash(
      "LORABOOK_ONE_MACHINE=1 LD_PRELOAD=\"$PWD/statfs.so\" STATFS_TYPE=6969 lorabook sweep --quiet --db shared/b.db"
    )
    #expect(variable.status == 0, "\(variable.errors)")
    let warned = try run("sweep --quiet --db shared/c.db", on: "1021997")
    #expect(warned.status == 0)
    #expect(warned.errors.contains("'shared/c.db' lies on 9p"), "\(warned.errors)")
    // FUSE as such is local.
    let local = try run("sweep --quiet --db shared/d.db", on: "65735546")
    #expect(local.status == 0 && local.errors == "", "\(local.errors)")
  }
}
