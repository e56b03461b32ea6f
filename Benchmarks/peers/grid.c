// The article's grid in C and LAPACK, recorded nowhere: `grid SEEDS` prints the sums of the errors, of the
// truncation errors and of the variance captured of all runs.
//
// It draws NumPy's RandomState stream, orthonormalises by Householder QR, takes the singular values alone and
// measures every run in closed form: what an expert writes who needs nothing but the numbers.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

enum { SPAN = 64, MOST_WORK = 64 * 1024 };

void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork,
             int *info);
void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work,
             const int *lwork, int *info);
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info,
             size_t jobz_length);
void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *b, const int *ldb, const double *beta, double *c,
            const int *ldc, size_t transa_length, size_t transb_length);

// MT19937 with init_genrand's seeding, and the polar method with its cached second value
// (NumPy's legacy_gauss).
enum { STATE_SIZE = 624, SHIFT = 397 };

typedef struct {
  uint32_t state[STATE_SIZE];
  int next;
  int has_cached;
  double cached;
} Stream;

static void seed_stream(Stream *stream, uint32_t seed) {
  stream->state[0] = seed;
  for (uint32_t i = 1; i < STATE_SIZE; i++) {
    uint32_t previous = stream->state[i - 1];
    stream->state[i] = 1812433253u * (previous ^ (previous >> 30)) + i;
  }
  stream->next = STATE_SIZE;
  stream->has_cached = 0;
}

static uint32_t twist(uint32_t high, uint32_t low) {
  uint32_t mixed = (high & 0x80000000u) | (low & 0x7fffffffu);
  return (mixed >> 1) ^ (-(low & 1u) & 0x9908b0dfu);
}

static void next_block(Stream *stream) {
  uint32_t *state = stream->state;
  int i = 0;
  for (; i < STATE_SIZE - SHIFT; i++) state[i] = state[i + SHIFT] ^ twist(state[i], state[i + 1]);
  for (; i < STATE_SIZE - 1; i++) state[i] = state[i + SHIFT - STATE_SIZE] ^ twist(state[i], state[i + 1]);
  state[i] = state[SHIFT - 1] ^ twist(state[i], state[0]);
  stream->next = 0;
}

static inline uint32_t next_word(Stream *stream) {
  if (stream->next == STATE_SIZE) next_block(stream);
  uint32_t word = stream->state[stream->next++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

static inline double next_uniform(Stream *stream) {
  uint32_t high = next_word(stream) >> 5, low = next_word(stream) >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

static inline double next_normal(Stream *stream) {
  if (stream->has_cached) {
    stream->has_cached = 0;
    return stream->cached;
  }
  double x, y, square;
  do {
    x = 2.0 * next_uniform(stream) - 1.0;
    y = 2.0 * next_uniform(stream) - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  double factor = sqrt(-2.0 * log(square) / square);
  stream->cached = factor * x;
  stream->has_cached = 1;
  return factor * y;
}

// Drawn row by row into LAPACK's columns.
static void draw_matrix(Stream *stream, double *a, int rows, int columns) {
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++) a[column * rows + row] = next_normal(stream);
}

static double work[MOST_WORK];
static const int work_size = MOST_WORK;

static void stop_unless(int info, const char *routine) {
  if (info == 0) return;
  fprintf(stderr, "%s: info %d\n", routine, info);
  exit(1);
}

static void orthonormalise(double *a, int rows, int columns) {
  double tau[SPAN];
  int info;
  dgeqrf_(&rows, &columns, a, &rows, tau, work, &work_size, &info);
  stop_unless(info, "DGEQRF");
  dorgqr_(&rows, &columns, &columns, a, &rows, tau, work, &work_size, &info);
  stop_unless(info, "DORGQR");
}

// The singular values of U·diag(prescribed)·Vᵀ + noise·N.
static void singular_values(Stream *stream, const double *prescribed, int count, double noise, double *sigma) {
  static double u[SPAN * SPAN], v[SPAN * SPAN], update[SPAN * SPAN];
  static int integers[8 * SPAN];
  const int span = SPAN, one = 1;
  const double unit = 1;
  int info;
  draw_matrix(stream, u, SPAN, count);
  draw_matrix(stream, v, SPAN, count);
  draw_matrix(stream, update, SPAN, SPAN);
  orthonormalise(u, SPAN, count);
  orthonormalise(v, SPAN, count);
  for (int column = 0; column < count; column++)
    for (int row = 0; row < SPAN; row++) u[column * SPAN + row] *= prescribed[column];
  dgemm_("N", "T", &span, &span, &count, &unit, u, &span, v, &span, &noise, update, &span, 1, 1);
  dgesdd_("N", &span, &span, update, &span, sigma, NULL, &one, NULL, &one, work, &work_size, integers, &info, 1);
  stop_unless(info, "DGESDD");
}

static void evenly_spaced(double *values, double first, double last, int count) {
  for (int i = 0; i < count; i++) values[i] = first + (last - first) * i / (count - 1);
}

int main(int argc, char **argv) {
  static const int ranks[] = {2, 4, 8, 16, 32, 48};
  const double alpha = 16, noise = 0.01;
  const int counts[] = {4, SPAN};
  double prescribed[2][SPAN], sigma[SPAN];
  double errors = 0, truncation_errors = 0, captured = 0;
  static Energies energies;
  Stream stream;
  if (argc != 2) {
    fprintf(stderr, "usage: grid SEEDS\n");
    return 64;
  }
  evenly_spaced(prescribed[0], 5, 0.5, counts[0]);
  evenly_spaced(prescribed[1], 3, 0.5, counts[1]);
  for (long seed = 0; seed < atol(argv[1]); seed++) {
    seed_stream(&stream, (uint32_t)seed);
    for (int profile = 0; profile < 2; profile++) {
      singular_values(&stream, prescribed[profile], counts[profile], noise, sigma);
      sum_energies(&energies, sigma, SPAN);
      for (unsigned i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        Truncated truncated = truncated_at(&energies, ranks[i]);
        errors += error_at(truncated, alpha / ranks[i]) + error_at(truncated, alpha / sqrt(ranks[i]));
        truncation_errors += 2 * truncated.truncation_error;
        captured += 2 * truncated.variance_captured;
      }
    }
  }
  printf("%.9f\n%.9f\n%.9f\n", errors, truncation_errors, captured);
  return 0;
}
