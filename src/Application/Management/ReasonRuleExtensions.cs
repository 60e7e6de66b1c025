using FluentValidation;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>The validation rule for reasons of yanks and statuses.</summary>
internal static class ReasonRuleExtensions
{
    /// <summary>One bounded line of text: a reason appears in an attribute of a page and in the output of installers.</summary>
    public static IRuleBuilderOptions<T, string?> IsReason<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(reason => reason is null || (reason.Length <= ProjectRecord.MaxReasonLength && !reason.Any(IsRefused)))
        .WithMessage($"The reason must be one line of at most {ProjectRecord.MaxReasonLength} characters.");

    // Besides control characters those that turn the direction of text around, also of the text after it (UAX 9).
    private static bool IsRefused(char character) => char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
