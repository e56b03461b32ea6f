// A grid's runs recorded by C alone: `record BOOK SPECTRA SPAN SETTINGS TABLE INSERT`.
//
// SPECTRA holds, for every update, its seed and its SPAN singular values as doubles. Each is measured at every
// rank, at α from 1 to 16 and by four rules, and inserted by one prepared statement, a transaction a batch. Scales are
// computed once, what a rank captures once an update, and nothing is bound again that stays as it was.
// SETTINGS, TABLE and INSERT are files of SQL.

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

// A batch is the largest of our writer's (Sources/LoRASpectra/Sweeps/SweepRunner.swift).
enum { ALPHAS = 16, RULES = 4, BATCH = 524288 };

static sqlite3 *book;

static void check(int code, int expected) {
  if (code == expected) return;
  fprintf(stderr, "%s\n", sqlite3_errmsg(book));
  exit(1);
}

static void execute(const char *sql) { check(sqlite3_exec(book, sql, NULL, NULL, NULL), SQLITE_OK); }

static char *text_of(const char *path) {
  static const long most = 1 << 16;
  FILE *file = fopen(path, "r");
  char *text = calloc(1, most);
  if (!file || !text || !fread(text, 1, most - 1, file)) {
    perror(path);
    exit(1);
  }
  fclose(file);
  return text;
}

static double scale_of(int rule, double alpha, int rank) {
  switch (rule) {
    case 0: return alpha / rank;
    case 1: return alpha / sqrt(rank);
    case 2: return 1;
    default: return alpha / pow(rank, 0.75);
  }
}

int main(int argc, char **argv) {
  static const char *names[RULES] = {"lora", "rslora", "unit", "power:0.75"};
  static Energies energies;
  static double scales[LARGEST_SPAN][ALPHAS][RULES];
  double update[1 + LARGEST_SPAN];
  sqlite3_stmt *insert;
  if (argc != 7) {
    fprintf(stderr, "usage: record BOOK SPECTRA SPAN SETTINGS TABLE INSERT\n");
    return 64;
  }
  int span = atoi(argv[3]);
  FILE *spectra = fopen(argv[2], "rb");
  if (!spectra || span < 1 || span > LARGEST_SPAN) {
    perror(argv[2]);
    return 66;
  }
  check(sqlite3_open(argv[1], &book), SQLITE_OK);
  execute(text_of(argv[4]));
  execute(text_of(argv[5]));
  check(sqlite3_prepare_v3(book, text_of(argv[6]), -1, SQLITE_PREPARE_PERSISTENT, &insert, NULL), SQLITE_OK);
  // What is the same in every row stays bound.
  check(sqlite3_bind_int(insert, 2, 1), SQLITE_OK);
  check(sqlite3_bind_text(insert, 3, "grid", -1, SQLITE_STATIC), SQLITE_OK);
  check(sqlite3_bind_int(insert, 5, span), SQLITE_OK);
  check(sqlite3_bind_int(insert, 6, span), SQLITE_OK);
  check(sqlite3_bind_text(insert, 7, "facts", -1, SQLITE_STATIC), SQLITE_OK);
  check(sqlite3_bind_double(insert, 8, 0.01), SQLITE_OK);
  for (int rank = 1; rank <= span; rank++)
    for (int alpha = 1; alpha <= ALPHAS; alpha++)
      for (int rule = 0; rule < RULES; rule++) scales[rank - 1][alpha - 1][rule] = scale_of(rule, alpha, rank);
  long run = 0;
  execute("BEGIN IMMEDIATE");
  while (fread(update, sizeof *update, 1 + span, spectra) == (size_t)span + 1) {
    sum_energies(&energies, update + 1, span);
    sqlite3_bind_int64(insert, 4, (sqlite3_int64)update[0]);
    for (int rank = 1; rank <= span; rank++) {
      Truncated truncated = truncated_at(&energies, rank);
      sqlite3_bind_int(insert, 9, rank);
      sqlite3_bind_double(insert, 14, truncated.truncation_error);
      sqlite3_bind_double(insert, 15, truncated.variance_captured);
      for (int alpha = 1; alpha <= ALPHAS; alpha++) {
        sqlite3_bind_double(insert, 10, alpha);
        for (int rule = 0; rule < RULES; rule++) {
          double scale = scales[rank - 1][alpha - 1][rule];
          sqlite3_bind_int64(insert, 1, ++run);
          sqlite3_bind_text(insert, 11, names[rule], -1, SQLITE_STATIC);
          sqlite3_bind_double(insert, 12, scale);
          sqlite3_bind_double(insert, 13, error_at(truncated, scale));
          check(sqlite3_step(insert), SQLITE_DONE);
          sqlite3_reset(insert);
          if (run % BATCH == 0) {
            execute("COMMIT");
            execute("BEGIN IMMEDIATE");
          }
        }
      }
    }
  }
  execute("COMMIT");
  sqlite3_finalize(insert);
  check(sqlite3_close(book), SQLITE_OK);
  printf("%ld\n", run);
  return 0;
}
