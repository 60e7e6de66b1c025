using Xunit.Abstractions;

namespace PyWharf.Integration.Support;

/// <summary>What a long loop has done and found, one row per test; <c>./test.sh --soak</c> prints them as a table.</summary>
internal static class SoakTable
{
    /// <param name="output">The test's.</param>
    /// <param name="check">What was done.</param>
    /// <param name="times">How many times, or for how long.</param>
    /// <param name="result">What came out, in figures.</param>
    public static void Write(ITestOutputHelper output, string check, FormattableString times, FormattableString result) =>
        output.WriteLine($"soak | {check} | {FormattableString.Invariant(times)} | {FormattableString.Invariant(result)}");
}
