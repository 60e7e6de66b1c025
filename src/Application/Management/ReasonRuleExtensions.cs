using FluentValidation;
using PyWharf.Domain;

namespace PyWharf.Application.Decisions;

/// <summary>What a reason may be.</summary>
internal static class Reasons
{
    /// <summary>Text for a person, in one line: it stands in an attribute of a page and in the output of installers.</summary>
    public static IRuleBuilderOptions<T, string?> IsReason<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(reason => reason is null || (reason.Length <= ProjectRecord.LongestReason && !reason.Any(char.IsControl)))
        .WithMessage($"The reason must be one line of at most {ProjectRecord.LongestReason} characters.");
}
