import Foundation
import TestSupport
import Testing

@Suite("The commit of the working directory")
struct GitCommitTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let made = try scratch.bash(
      """
      git init -q -b main tree && cd tree && mkdir sub && echo 1 > file && git add file &&
      git -c user.name=a -c user.email=a@b commit -q -m x
      """)
    #expect(made.status == 0, "\(made.errors)")
  }

  /// Expects that a sweep, started in the folder where a bash script ends, records the commit that
  /// git names there.
  private func expectGitsOwn(_ script: String, _ place: String) throws {
    let result = try scratch.bash(
      """
      \(script) || exit
      [ "$(git rev-parse HEAD)" = \
        "$(lorabook sweep --quiet --db sweep.db >&2 && sqlite3 sweep.db 'SELECT git_commit FROM sweeps')" ]
      """)
    #expect(result.status == 0, "\(place): \(result.errors)")
  }

  @Test("is the one that git names, however the repository keeps it")
  func likeGit() throws {
    let commit = "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m y"
    try expectGitsOwn("cd tree", "a branch")
    try expectGitsOwn("cd tree/sub", "a folder of the tree")
    try expectGitsOwn(
      "cd tree && \(commit) && git pack-refs --all && rm -f sweep.db", "packed refs")
    try expectGitsOwn(
      "cd tree && git worktree add -q ../linked -b other && cd ../linked && \(commit)",
      "a work tree")
    try expectGitsOwn("cd linked && git pack-refs --all && rm sweep.db", "a work tree's packed ref")
    try expectGitsOwn("cd tree && git checkout -q --detach && rm sweep.db", "no branch")
    try expectGitsOwn(
      """
      git init -q outer && cd outer && git -c protocol.file.allow=always submodule --quiet add ../tree inner &&
      cd inner
      """, "a submodule")
    try expectGitsOwn("cd $'tree' && mkdir -p $'\\xff' && cd $'\\xff'", "a folder that is no UTF-8")
    try expectGitsOwn(
      "git init -q --object-format=sha256 long && cd long && \(commit)", "SHA-256")
  }

  @Test("is read without running anything that the folder's configuration names")
  func hostileConfiguration() throws {
    let result = try scratch.bash(
      """
      cd tree && run="touch '$PWD/../hacked'" &&
      git config core.fsmonitor "$run" && git config filter.x.clean "$run" && git config filter.x.process "$run" &&
      git config core.sshCommand "$run" && git config alias.describe "!$run" && git config core.pager "$run" &&
      git config diff.x.textconv "$run" && git config diff.external "$run" &&
      echo '* filter=x diff=x' > .gitattributes && echo 2 > file &&
      lorabook sweep --quiet --db ../lorabook.db && cat .git/refs/heads/main
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!(try scratch.files()).contains("hacked"))
    #expect(
      try scratch.sqlite("SELECT git_commit FROM sweeps") == result.lines.last.map(String.init))
  }

  @Test("is not waited for: no git is started, and a pipe is no file of a repository")
  func slowGit() throws {
    let process = try scratch.startShell(
      """
      mkdir bin pipe pipe/.git && printf '#!/bin/sh\\ntouch ../started\\nexec sleep 30\\n' > bin/git &&
      chmod +x bin/git && mkfifo pipe/.git/HEAD && cd pipe && export PATH="$PWD/../bin:$PATH" &&
      exec lorabook sweep --quiet --db ../lorabook.db
      """)
    let end = Date.now.addingTimeInterval(20)
    while process.isRunning, Date.now < end { usleep(20_000) }
    #expect(!process.isRunning)
    if process.isRunning { process.end(SIGKILL) }
    #expect(!(try scratch.files()).contains("started"))
    #expect(try scratch.sqlite("SELECT count(*), git_commit IS NULL FROM sweeps") == "1|1")
  }

  @Test("is none where what should name it is something else")
  func noCommit() throws {
    for head in [
      "", "ref: refs/heads/none", "ref: ../../secret", "ref: refs/../../secret", "0123abc", "no",
    ] {
      let result = try scratch.bash(
        """
        rm -rf odd && mkdir -p odd/.git && cd odd && echo '\(head)' > .git/HEAD &&
        printf '%040d\\n' 7 > secret && cp secret ../secret && lorabook sweep --quiet &&
        sqlite3 lorabook.db 'SELECT git_commit IS NULL FROM sweeps'
        """)
      #expect(result.lines.last == "1", "\(head): \(result.errors)")
    }
  }
}
