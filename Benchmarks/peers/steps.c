// Training steps in C and OpenBLAS: `steps FILE FORM OPTIMIZER SCALE RATE STEPS` trains B and A of one
// adapter towards a square update and prints its final error ‖ΔW − s·B·A‖ / ‖ΔW‖.
//
// FILE holds doubles: span, rank, ΔW row by row, A row by row; B begins at 0. FORM is `direct` (form
// M = ΔW − s·B·A), `gram` (A·Aᵀ and BᵀB in its place) or `svd` (the same in ΔW's singular coordinates, for
// SGD alone, whose updates turn with the coordinates). Each step finds the loss too, to stop where it is not
// finite. What an expert writes for one optimiser, one adapter and one thread.

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info,
             size_t jobz_length);

// Matrices are stored by columns. A is kept transposed, so that both factors are span × rank.
static int span, rank;
static double *update, *sigma, *a, *b;

static double *numbers(size_t count) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, count * sizeof(double)) != 0) exit(2);
  memset(memory, 0, count * sizeof(double));
  return memory;
}

static void product(int rows, int columns, int inner, double factor, const double *x, int x_turned, const double *y,
                    int y_turned, double before, double *z) {
  cblas_dgemm(CblasColMajor, x_turned ? CblasTrans : CblasNoTrans, y_turned ? CblasTrans : CblasNoTrans, rows, columns,
              inner, factor, x, x_turned ? inner : rows, y, y_turned ? columns : inner, before, z, rows);
}

static double inner_product(const double *x, const double *y, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * y[i];
  return sum;
}

static void read_update(const char *path) {
  double sizes[2];
  FILE *file = fopen(path, "rb");
  if (!file || fread(sizes, sizeof(double), 2, file) != 2) exit(2);
  span = (int)sizes[0], rank = (int)sizes[1];
  size_t square = (size_t)span * span, size = (size_t)span * rank;
  double *rows = numbers(square);
  update = numbers(square), sigma = numbers(span), a = numbers(size), b = numbers(size);
  if (fread(rows, sizeof(double), square, file) != square) exit(2);
  for (int i = 0; i < span; i++)
    for (int j = 0; j < span; j++) update[j * span + i] = rows[i * span + j];
  // The rows of A are the columns of Aᵀ.
  if (fread(a, sizeof(double), size, file) != size) exit(2);
  fclose(file);
  free(rows);
}

// Turns A into ΔW's right singular vectors.
static void take_singular_coordinates(void) {
  size_t square = (size_t)span * span;
  double *copy = numbers(square), *u = numbers(square), *vt = numbers(square), *turned = numbers((size_t)span * rank);
  int info, work_size = 8 * span * span + 16 * span, *integers = malloc(8 * span * sizeof(int));
  double *work = numbers(work_size);
  memcpy(copy, update, square * sizeof(double));
  dgesdd_("A", &span, &span, copy, &span, sigma, u, &span, vt, &span, work, &work_size, integers, &info, 1);
  if (info != 0) exit(2);
  product(span, rank, span, 1, vt, 0, a, 0, 0, turned);
  free(a);
  a = turned;
  free(copy), free(u), free(vt), free(work), free(integers);
}

typedef struct {
  double rate, *first, *second;
  int is_adam;
  double power1, power2;
} Optimizer;

static void apply(const Optimizer *o, double *restrict x, const double *restrict gradient, double *restrict first,
                  double *restrict second, size_t count) {
  if (!o->is_adam) {
    for (size_t i = 0; i < count; i++) x[i] -= o->rate * gradient[i];
    return;
  }
  const double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, root = sqrt(1 - o->power2), rate = o->rate / (1 - o->power1);
  for (size_t i = 0; i < count; i++) {
    first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
    second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
    x[i] -= rate * first[i] / (sqrt(second[i]) / root + eps);
  }
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  openblas_set_num_threads(1);
  read_update(argv[1]);
  const int is_direct = strcmp(argv[2], "direct") == 0, is_svd = strcmp(argv[2], "svd") == 0;
  Optimizer optimizer = {.rate = atof(argv[5]), .is_adam = strcmp(argv[3], "adamw") == 0, .power1 = 1, .power2 = 1};
  const double s = atof(argv[4]);
  const long steps = atol(argv[6]);
  const size_t size = (size_t)span * rank, square = (size_t)span * span;
  const double total = inner_product(update, update, square);
  if (is_svd) take_singular_coordinates();
  double *gradient_a = numbers(size), *gradient_b = numbers(size), *moments[4];
  for (int i = 0; i < 4; i++) moments[i] = numbers(optimizer.is_adam ? size : 0);
  double *gram_a = numbers(rank * rank), *gram_b = numbers(rank * rank), *rest = is_direct ? numbers(square) : NULL;
  double loss = 0;
  for (long t = 0; t <= steps; t++) {
    if (is_direct) {
      memcpy(rest, update, square * sizeof(double));
      product(span, span, rank, -s, b, 0, a, 1, 1, rest);
      loss = inner_product(rest, rest, square) / 2;
      if (t == steps || !isfinite(loss)) break;
      product(span, rank, span, -s, rest, 0, a, 0, 0, gradient_b);
      product(span, rank, span, -s, rest, 1, b, 0, 0, gradient_a);
    } else {
      product(rank, rank, span, 1, a, 1, a, 0, 0, gram_a);
      product(rank, rank, span, 1, b, 1, b, 0, 0, gram_b);
      if (is_svd) {
        for (int j = 0; j < rank; j++)
          for (int i = 0; i < span; i++) {
            gradient_b[j * span + i] = -s * sigma[i] * a[j * span + i];
            gradient_a[j * span + i] = -s * sigma[i] * b[j * span + i];
          }
      } else {
        product(span, rank, span, -s, update, 0, a, 0, 0, gradient_b);
        product(span, rank, span, -s, update, 1, b, 0, 0, gradient_a);
      }
      loss = total / 2 + inner_product(b, gradient_b, size) + s * s / 2 * inner_product(gram_a, gram_b, rank * rank);
      if (t == steps || !isfinite(loss)) break;
      product(span, rank, rank, s * s, b, 0, gram_a, 0, 1, gradient_b);
      product(span, rank, rank, s * s, a, 0, gram_b, 0, 1, gradient_a);
    }
    optimizer.power1 *= 0.9, optimizer.power2 *= 0.999;
    apply(&optimizer, a, gradient_a, moments[0], moments[1], size);
    apply(&optimizer, b, gradient_b, moments[2], moments[3], size);
  }
  printf("%.17g\n", sqrt(2 * loss / total));
  return 0;
}
