package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of Segment's own tests; facts/segment.md section 5.3. */
class SnakeCaseTest {

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            samPLE text -> sam_ple_text
            sample text -> sample_text
            sampleText -> sample_text
            sample___text -> sample_text
            sample-text -> sample_text
            inviteYourCustomersAddInvites -> invite_your_customers_add_invites
            sample 2 Text -> sample_2_text
               $#$sample   2    Text    -> sample_2_text
            SAMPLE 2 TEXT -> sample_2_text
            ___$$Base64Encode -> base64_encode
            FOO:BAR$BAZ -> foo_bar_baz
            FOO#BAR#BAZ -> foo_bar_baz
            something.com -> something_com
            $something% -> something
            CStringRef -> cstring_ref
            5TEst -> 5test
            _5TEst -> 5test
            THE5r -> the5r
            edf_6N -> edf_6n
            f_pX9 -> f_p_x9
            p_z9Rg -> p_z9_rg
            2FA Enabled -> 2fa_enabled
            Enabled 2FA -> enabled_2fa
            lk0B@bFmjrLQ_Z6YL -> lk0_b_b_fmjr_lq_z6yl
            @49L0S145_¬fwHƒ0TSLNVp -> 49l0s145_fw_h_0tslnvp
            •¶§ƒ˚foo˙∆˚¬ -> foo
            """)
    void convertsAsSegmentDoes(String name, String snake) {
        assertThat(SnakeCase.of(name)).isEqualTo(snake);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample_text", "_private", "a", "order_2_go", "_2fa"})
    void keepsWhatIsInSnakeCaseAlready(String name) {
        assertThat(SnakeCase.of(name)).isSameAs(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "注文", "🎉", "___"})
    void leavesNothingOfANameWithoutLettersOrDigits(String name) {
        assertThat(SnakeCase.of(name)).isEmpty();
    }
}
