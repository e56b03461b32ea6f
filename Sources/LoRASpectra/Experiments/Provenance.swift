/// Where and with which program a sweep is computed: enough to trust and repeat it.
package struct Provenance: Equatable, Sendable {
  /// The program's version.
  package var lorabookVersion: String
  /// The commit checked out in the folder that it was started in, even if files had been changed
  /// since; nil outside git.
  package var gitCommit: String?
  /// The BLAS build and its processor kernels.
  package var lapack: String
  /// Number of threads LAPACK used for large shapes; small ones use 1.
  package var lapackThreads: Int
  /// Number of workers.
  package var jobs: Int
  /// The machine's name.
  package var host: String
  /// The processor's model name, if the system reports it.
  package var processor: String?
  /// The command line, quoted for a shell.
  package var command: String
  /// The id of the running system's boot, so that a process id from before a restart is not taken
  /// for a live process.
  package var bootID: String?
  /// The id of the process that records the sweep.
  package var processID: Int
  /// When the process started, in the kernel's clock ticks since boot.
  package var processStart: Int?

  package init(
    lorabookVersion: String, gitCommit: String?, lapack: String, lapackThreads: Int, jobs: Int,
    host: String, processor: String?, command: String, bootID: String?, processID: Int,
    processStart: Int?
  ) {
    self.lorabookVersion = lorabookVersion
    self.gitCommit = gitCommit
    self.lapack = lapack
    self.lapackThreads = lapackThreads
    self.jobs = jobs
    self.host = host
    self.processor = processor
    self.command = command
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
  }
}
