// How long a command takes and how much memory at most: `peak OUTPUT COMMAND [ARGUMENT...]` runs it with its standard
// output in the file OUTPUT and prints its seconds and the bytes of its largest resident set.
//
// Linux carries the peak of the process that forks over to the program that its child becomes; this one is small.

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int become(const char *output, char **command) {
  int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0) {
    perror(output);
    return 73;
  }
  close(file);
  execvp(command[0], command);
  perror(command[0]);
  return 127;
}

int main(int argc, char **argv) {
  int status;
  struct rusage usage;
  if (argc < 3) {
    fprintf(stderr, "usage: peak OUTPUT COMMAND [ARGUMENT...]\n");
    return 64;
  }
  double start = now();
  pid_t child = fork();
  if (child == 0) _exit(become(argv[1], argv + 2));
  if (child < 0 || wait4(child, &status, 0, &usage) != child) {
    perror("peak");
    return 71;
  }
  double seconds = now() - start;
  if (WIFSIGNALED(status)) fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));
  if (status != 0) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("%.6f %lld\n", seconds, usage.ru_maxrss * 1024LL);
  return 0;
}
