#include "CLAPACK.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// The name under which every Linux system has OpenBLAS.
#define LIBRARY "libopenblas.so.0"
#define THREADS "OPENBLAS_NUM_THREADS"

// Fortran's own entry points: lengths of character arguments follow as size_t (gfortran's convention).
static void (*dgelqf_)(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
                       const int *lwork, int *info);
static void (*dlarft_)(const char *direct, const char *storev, const int *n, const int *k, const double *v,
                       const int *ldv, const double *tau, double *t, const int *ldt, size_t direct_length,
                       size_t storev_length);
static void (*dgemlqt_)(const char *side, const char *trans, const int *m, const int *n, const int *k,
                        const int *mb, const double *v, const int *ldv, const double *t, const int *ldt,
                        double *c, const int *ldc, double *work, int *info, size_t side_length,
                        size_t trans_length);
static void (*dgesdd_)(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
                       double *u, const int *ldu, double *vt, const int *ldvt, double *work,
                       const int *lwork, int *iwork, int *info, size_t jobz_length);
static void (*dgemm_)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                      const double *alpha, const double *a, const int *lda, const double *b,
                      const int *ldb, const double *beta, double *c, const int *ldc,
                      size_t transa_length, size_t transb_length);
static void (*dsyrk_)(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
                      const double *a, const int *lda, const double *beta, double *c, const int *ldc,
                      size_t uplo_length, size_t trans_length);
static void (*dsymm_)(const char *side, const char *uplo, const int *m, const int *n, const double *alpha,
                      const double *a, const int *lda, const double *b, const int *ldb, const double *beta,
                      double *c, const int *ldc, size_t side_length, size_t uplo_length);
static void (*dsytrd_)(const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
                       double *tau, double *work, const int *lwork, int *info, size_t uplo_length);
static void (*dsterf_)(const int *n, double *d, double *e, int *info);
static void (*dgeqrf_)(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
                       const int *lwork, int *info);
static void (*dgeqp3_)(const int *m, const int *n, double *a, const int *lda, int *jpvt, double *tau,
                       double *work, const int *lwork, int *info);
static void (*dgesvj_)(const char *joba, const char *jobu, const char *jobv, const int *m, const int *n,
                       double *a, const int *lda, double *sva, const int *mv, double *v, const int *ldv,
                       double *work, const int *lwork, int *info, size_t joba_length, size_t jobu_length,
                       size_t jobv_length);
static void (*dgeqrt_)(const int *m, const int *n, const int *nb, double *a, const int *lda, double *t,
                       const int *ldt, double *work, int *info);
static void (*dgemqrt_)(const char *side, const char *trans, const int *m, const int *n, const int *k,
                        const int *nb, const double *v, const int *ldv, const double *t, const int *ldt,
                        double *c, const int *ldc, double *work, int *info, size_t side_length,
                        size_t trans_length);
static void (*dgelqt_)(const int *m, const int *n, const int *mb, double *a, const int *lda, double *t,
                       const int *ldt, double *work, int *info);
static void (*dtpqrt_)(const int *m, const int *n, const int *l, const int *nb, double *a, const int *lda,
                       double *b, const int *ldb, double *t, const int *ldt, double *work, int *info);
static void (*dlarfg_)(const int *n, double *alpha, double *x, const int *incx, double *tau);
static void (*dgemv_)(const char *trans, const int *m, const int *n, const double *alpha, const double *a,
                      const int *lda, const double *x, const int *incx, const double *beta, double *y,
                      const int *incy, size_t trans_length);
static void (*dger_)(const int *m, const int *n, const double *alpha, const double *x, const int *incx,
                     const double *y, const int *incy, double *a, const int *lda);
static void (*dlasq1_)(const int *n, double *d, double *e, double *work, int *info);
static void (*dorgqr_)(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau,
                       double *work, const int *lwork, int *info);
static void (*dpotrf_)(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);
static void (*dtrsm_)(const char *side, const char *uplo, const char *transa, const char *diag, const int *m,
                      const int *n, const double *alpha, const double *a, const int *lda, double *b, const int *ldb,
                      size_t side_length, size_t uplo_length, size_t transa_length, size_t diag_length);
static void (*dstev_)(const char *jobz, const int *n, double *d, double *e, double *z, const int *ldz, double *work,
                      int *info, size_t jobz_length);
static void (*openblas_set_num_threads)(int threads);
static char *(*openblas_get_config)(void);
static char *(*openblas_get_corename)(void);

static const char *failure;

static void load(void) {
  static const struct {
    const char *name;
    void **place;
  } symbols[] = {
      {"dgelqf_", (void **)&dgelqf_},
      {"dlarft_", (void **)&dlarft_},
      {"dgemlqt_", (void **)&dgemlqt_},
      {"dgesdd_", (void **)&dgesdd_},
      {"dgemm_", (void **)&dgemm_},
      {"dsyrk_", (void **)&dsyrk_},
      {"dsymm_", (void **)&dsymm_},
      {"dsytrd_", (void **)&dsytrd_},
      {"dsterf_", (void **)&dsterf_},
      {"dgeqrf_", (void **)&dgeqrf_},
      {"dgeqp3_", (void **)&dgeqp3_},
      {"dgesvj_", (void **)&dgesvj_},
      {"dgeqrt_", (void **)&dgeqrt_},
      {"dgemqrt_", (void **)&dgemqrt_},
      {"dgelqt_", (void **)&dgelqt_},
      {"dtpqrt_", (void **)&dtpqrt_},
      {"dlarfg_", (void **)&dlarfg_},
      {"dgemv_", (void **)&dgemv_},
      {"dger_", (void **)&dger_},
      {"dlasq1_", (void **)&dlasq1_},
      {"dorgqr_", (void **)&dorgqr_},
      {"dpotrf_", (void **)&dpotrf_},
      {"dtrsm_", (void **)&dtrsm_},
      {"dstev_", (void **)&dstev_},
      {"openblas_set_num_threads", (void **)&openblas_set_num_threads},
      {"openblas_get_config", (void **)&openblas_get_config},
      {"openblas_get_corename", (void **)&openblas_get_corename},
  };
  // OpenBLAS starts as many threads as there are cores, which spin before they sleep. One is all that most
  // shapes use; openblas_set_num_threads starts the others when a large one comes.
  const char *asked = getenv(THREADS);
  char *before = asked ? strdup(asked) : NULL;
  setenv(THREADS, "1", 1);
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (before) {
    setenv(THREADS, before, 1);
  } else {
    unsetenv(THREADS);
  }
  free(before);
  if (!library) {
    failure = dlerror();
    return;
  }
  for (size_t index = 0; index < sizeof symbols / sizeof *symbols; index++) {
    *symbols[index].place = dlsym(library, symbols[index].name);
    if (!*symbols[index].place) {
      failure = LIBRARY " is no OpenBLAS with LAPACK";
      return;
    }
  }
}

const char *lorabook_load_openblas(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return failure;
}

int lorabook_lq(int m, int n, int block, double *a, int lda, double *t, double *work, int lwork) {
  int info = 0;
  double *tau = work;
  int length = lwork < 0 ? -1 : lwork - m;
  dgelqf_(&m, &n, a, &lda, tau, lwork < 0 ? work : work + m, &length, &info);
  if (lwork < 0) {
    work[0] += m;
    return info;
  }
  // The triangles of DGELQT, which finds both and takes twice as long for small matrices.
  for (int first = 0; info == 0 && first < m; first += block) {
    int count = block < m - first ? block : m - first;
    int length_of_rows = n - first;
    dlarft_("F", "R", &length_of_rows, &count, a + first + (size_t)first * lda, &lda, tau + first,
            t + (size_t)first * block, &block, 1, 1);
  }
  return info;
}

int lorabook_multiply_by_q(int on_left, int m, int n, int k, int block, const double *a, int lda,
                           const double *t, double *c, int ldc, double *work) {
  int info = 0;
  dgemlqt_(on_left ? "L" : "R", on_left ? "T" : "N", &m, &n, &k, &block, a, &lda, t, &block, c, &ldc, work,
           &info, 1, 1);
  return info;
}

void lorabook_multiply(int transposed, int m, int n, int k, const double *a, int lda, const double *b,
                       int ldb, double beta, double *c) {
  double one = 1;
  dgemm_(transposed ? "T" : "N", "N", &m, &n, &k, &one, a, &lda, b, &ldb, &beta, c, &m, 1, 1);
}

int lorabook_singular_values(int m, int n, double *a, double *s, double *work, int lwork, int *iwork) {
  int info = 0;
  int one = 1;
  double none = 0;
  dgesdd_("N", &m, &n, a, &m, s, &none, &one, &none, &one, work, &lwork, iwork, &info, 1);
  return info;
}

void lorabook_gram(int n, int k, int of_columns, const double *a, int lda, double *g) {
  double one = 1;
  double zero = 0;
  dsyrk_("L", of_columns ? "T" : "N", &n, &k, &one, a, &lda, &zero, g, &n, 1, 1);
}

void lorabook_multiply_by_symmetric(int n, int columns, const double *g, const double *b, double *c) {
  double one = 1;
  double minus = -1;
  dsymm_("L", "L", &n, &columns, &one, g, &n, b, &n, &minus, c, &n, 1, 1);
}

int lorabook_symmetric_eigenvalues(int n, double *g, double *values, double *work, int lwork) {
  int info = 0;
  double *off_diagonal = work + n;
  double *rest = work + 2 * (size_t)n;
  int length = lwork < 0 ? -1 : lwork - 2 * n;
  dsytrd_("L", &n, g, &n, values, off_diagonal, work, lwork < 0 ? work : rest, &length, &info, 1);
  if (lwork < 0) {
    work[0] += 2 * (double)n;
    return info;
  }
  if (info == 0) dsterf_(&n, values, off_diagonal, &info);
  return info;
}

int lorabook_singular_triples(int m, int n, double *a, double *s, double *u, double *vt, double *work,
                              int lwork, int *iwork) {
  int info = 0;
  int span = m < n ? m : n;
  dgesdd_("S", &m, &n, a, &m, s, u, &m, vt, &span, work, &lwork, iwork, &info, 1);
  return info;
}

int lorabook_r(int m, int n, double *a, double *work, int lwork) {
  int info = 0;
  int span = m < n ? m : n;
  int length = lwork < 0 ? -1 : lwork - span;
  dgeqrf_(&m, &n, a, &m, work, lwork < 0 ? work : work + span, &length, &info);
  if (lwork < 0) work[0] += span;
  return info;
}

int lorabook_l(int m, int n, double *a, double *work, int lwork) {
  int info = 0;
  int span = m < n ? m : n;
  int length = lwork < 0 ? -1 : lwork - span;
  dgelqf_(&m, &n, a, &m, work, lwork < 0 ? work : work + span, &length, &info);
  if (lwork < 0) work[0] += span;
  return info;
}

int lorabook_pivoted_r(int m, int n, double *a, int *pivots, double *work, int lwork) {
  int info = 0;
  int span = m < n ? m : n;
  int length = lwork < 0 ? -1 : lwork - span;
  memset(pivots, 0, (size_t)n * sizeof *pivots);
  dgeqp3_(&m, &n, a, &m, pivots, work, lwork < 0 ? work : work + span, &length, &info);
  if (lwork < 0) work[0] += span;
  return info;
}

int lorabook_jacobi_singular_values(int m, int n, double *a, double *s, double *scale, double *work, int lwork) {
  int info = 0;
  int one = 1;
  double none = 0;
  dgesvj_("G", "N", "N", &m, &n, a, &m, s, &one, &none, &one, work, &lwork, &info, 1, 1, 1);
  *scale = work[0];
  return info;
}

int lorabook_update_r(int n, int rows, int block, double *r, double *b, double *t, double *work) {
  int info = 0;
  int none = 0;
  dtpqrt_(&rows, &n, &none, &block, r, &n, b, &rows, t, &block, work, &info);
  return info;
}

int lorabook_band(int m, int n, int width, double *a, double *t, double *work) {
  int info = 0;
  for (int first = 0; info == 0 && first < n; first += width) {
    int count = width < n - first ? width : n - first;
    int rows = m - first;
    int rest = n - first - count;
    double *corner = a + first + (size_t)first * m;
    double *right = corner + (size_t)count * m;
    dgeqrt_(&rows, &count, &count, corner, &m, t, &count, work, &info);
    if (info != 0 || rest == 0) break;
    dgemqrt_("L", "T", &rows, &rest, &count, &count, corner, &m, t, &count, right, &m, work, &info, 1, 1);
    if (info != 0) break;
    int rows_below = rows - count;
    int reflectors = count < rest ? count : rest;
    dgelqt_(&count, &rest, &reflectors, right, &m, t, &reflectors, work, &info);
    if (info != 0 || rows_below == 0) break;
    dgemlqt_("R", "T", &rows_below, &rest, &reflectors, &reflectors, right, &m, t, &reflectors, right + count, &m,
             work, &info, 1, 1);
  }
  return info;
}

// The element (i, j) of a band stored as lorabook_band_singular_values has it.
static double *at(double *band, int width, int i, int j) {
  return band + (size_t)j * (3 * (size_t)width + 1) + 2 * width + i - j;
}

// Applies I − tau·v·v' from the left to `columns` columns of `rows` rows, or from the right to as many rows: columns
// lie `stride` apart.
static void reflect(int on_left, int rows, int columns, double tau, const double *v, double *c, int stride,
                    double *work) {
  int one = 1;
  double unit = 1;
  double zero = 0;
  double minus = -tau;
  if (tau == 0 || rows < 1 || columns < 1) return;
  dgemv_(on_left ? "T" : "N", &rows, &columns, &unit, c, &stride, v, &one, &zero, work, &one, 1);
  if (on_left) {
    dger_(&rows, &columns, &minus, v, &one, work, &one, c, &stride);
  } else {
    dger_(&rows, &columns, &minus, work, &one, v, &one, c, &stride);
  }
}

int lorabook_band_singular_values(int n, int width, double *band, double *s, double *work) {
  int info = 0;
  int one = 1;
  // Going a row down and a column on, an element stays where it is but for this.
  int stride = 3 * width;
  double *v = work;
  double *products = work + width;
  for (int row = 0; row < n - 1; row++) {
    // The row's elements right of the first beside the diagonal go by a reflection of the columns; what that leaves
    // below the diagonal goes, of the first column, by one of the rows, and that leaves such a row again, a
    // band's width on.
    int source = row;
    for (int first = row + 1; first < n - 1; first += width) {
      int count = width < n - first ? width : n - first;
      double tau = 0;
      for (int index = 0; index < count; index++) {
        double *element = at(band, width, source, first + index);
        v[index] = *element;
        *element = 0;
      }
      dlarfg_(&count, v, v + 1, &one, &tau);
      *at(band, width, source, first) = v[0];
      v[0] = 1;
      reflect(0, first + count - source - 1, count, tau, v, at(band, width, source + 1, first), stride, products);
      double *column = at(band, width, first, first);
      memcpy(v, column, (size_t)count * sizeof *v);
      memset(column, 0, (size_t)count * sizeof *v);
      dlarfg_(&count, v, v + 1, &one, &tau);
      *column = v[0];
      v[0] = 1;
      int end = first + 2 * width < n ? first + 2 * width : n;
      reflect(1, count, end - first - 1, tau, v, at(band, width, first, first + 1), stride, products);
      source = first;
    }
  }
  double *beside = work;
  for (int index = 0; index < n; index++) {
    s[index] = *at(band, width, index, index);
    beside[index] = index + 1 < n ? *at(band, width, index, index + 1) : 0;
  }
  dlasq1_(&n, s, beside, work + n, &info);
  return info;
}

void lorabook_combine(int a_transposed, int b_transposed, int m, int n, int k, double alpha, const double *a, int lda,
                      const double *b, int ldb, double beta, double *c, int ldc) {
  dgemm_(a_transposed ? "T" : "N", b_transposed ? "T" : "N", &m, &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1,
         1);
}

int lorabook_qr(int m, int n, double *a, double *tau, double *work, int lwork) {
  int info = 0;
  dgeqrf_(&m, &n, a, &m, tau, work, &lwork, &info);
  return info;
}

int lorabook_pivoted_qr(int m, int n, double *a, int *pivots, double *tau, double *work, int lwork) {
  int info = 0;
  dgeqp3_(&m, &n, a, &m, pivots, tau, work, &lwork, &info);
  return info;
}

int lorabook_form_q(int m, int count, double *a, const double *tau, double *work, int lwork) {
  int info = 0;
  dorgqr_(&m, &count, &count, a, &m, tau, work, &lwork, &info);
  return info;
}

int lorabook_cholesky(int n, double *g) {
  int info = 0;
  dpotrf_("L", &n, g, &n, &info, 1);
  return info;
}

void lorabook_divide_by_cholesky(int m, int n, const double *l, double *b) {
  double one = 1;
  dtrsm_("R", "L", "T", "N", &m, &n, &one, l, &n, b, &m, 1, 1, 1, 1);
}

int lorabook_tridiagonal_eigenvectors(int n, double *diagonal, double *off_diagonal, double *vectors, int stride,
                                      double *work) {
  int info = 0;
  dstev_("V", &n, diagonal, off_diagonal, vectors, &stride, work, &info, 1);
  return info;
}

void lorabook_set_blas_threads(int threads) { openblas_set_num_threads(threads); }

const char *lorabook_blas_build(void) { return openblas_get_config(); }

const char *lorabook_blas_kernels(void) { return openblas_get_corename(); }
