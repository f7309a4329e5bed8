#pragma once
// CRC-32C with the processor's own instruction. Each function works on the inner state of the
// checksum, without the inversions before and after.
#include "shifts.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t daybook_crc32c_word(const uint8_t *place) {
    uint64_t word;
    memcpy(&word, place, 8);
    return word;
}

#if defined(__x86_64__)

typedef long long daybook_two_words __attribute__((vector_size(16)));

// Whether this processor has what daybook_crc32c_run needs.
static inline int daybook_crc32c_is_there(void) {
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

// One instruction takes three cycles and another can begin in each of them: so three thirds of
// the bytes are taken side by side, and put together with two carry-less multiplications.
__attribute__((target("sse4.2,pclmul")))
static inline uint32_t daybook_crc32c_run(uint32_t state, const void *bytes, size_t count) {
    const uint8_t *place = (const uint8_t *)bytes;
    uint64_t crc = state;
    while (count >= 96) {
        size_t words = count / 24 < 128 ? count / 24 : 128;
        const uint8_t *second = place + 8 * words, *third = second + 8 * words;
        uint64_t crc2 = 0, crc3 = 0;
        for (size_t word = 0; word < words; word++) {
            crc = __builtin_ia32_crc32di(crc, daybook_crc32c_word(place + 8 * word));
            crc2 = __builtin_ia32_crc32di(crc2, daybook_crc32c_word(second + 8 * word));
            crc3 = __builtin_ia32_crc32di(crc3, daybook_crc32c_word(third + 8 * word));
        }
        daybook_two_words states = {(long long)crc, (long long)crc2};
        daybook_two_words shifts = {
            daybook_crc32c_shifts[2 * words - 1], daybook_crc32c_shifts[words - 1]};
        daybook_two_words product = __builtin_ia32_pclmulqdq128(states, shifts, 0x00)
            ^ __builtin_ia32_pclmulqdq128(states, shifts, 0x11);
        crc = crc3 ^ __builtin_ia32_crc32di(0, (uint64_t)product[0]);
        place += 24 * words;
        count -= 24 * words;
    }
    for (; count >= 8; count -= 8, place += 8) {
        crc = __builtin_ia32_crc32di(crc, daybook_crc32c_word(place));
    }
    uint32_t last = (uint32_t)crc;
    for (; count > 0; count--, place++) last = __builtin_ia32_crc32qi(last, *place);
    return last;
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

// Whether this processor has what daybook_crc32c_run needs: HWCAP_CRC32.
static inline int daybook_crc32c_is_there(void) { return (getauxval(AT_HWCAP) >> 7) & 1; }

__attribute__((target("crc")))
static inline uint32_t daybook_crc32c_run(uint32_t state, const void *bytes, size_t count) {
    const uint8_t *place = (const uint8_t *)bytes;
    for (; count >= 8; count -= 8, place += 8) {
        state = __builtin_arm_crc32cd(state, daybook_crc32c_word(place));
    }
    for (; count > 0; count--, place++) state = __builtin_arm_crc32cb(state, *place);
    return state;
}

#else

static inline int daybook_crc32c_is_there(void) { return 0; }

static inline uint32_t daybook_crc32c_run(uint32_t state, const void *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return state;
}

#endif
