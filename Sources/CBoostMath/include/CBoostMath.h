// The distributions of Boost.Math that lorabook asks, behind C names.
#ifndef LORABOOK_CBOOSTMATH_H
#define LORABOOK_CBOOSTMATH_H

#ifdef __cplusplus
extern "C" {
#endif

// The t below which a share `p` of Student's t-distribution lies (boost::math::students_t, quantile).
// `degrees` of freedom above 0, whole or not; 0 < p < 1. NaN for anything else.
double lorabook_student_t_quantile(double degrees, double p);

// The share of the non-central t-distribution that lies below `t` (boost::math::non_central_t, cdf).
// `degrees` of freedom above 0; `shift` is the non-centrality, 0 or above. NaN for anything else.
double lorabook_non_central_t_cdf(double degrees, double shift, double t);

#ifdef __cplusplus
}
#endif
#endif
