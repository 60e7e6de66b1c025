using System.Buffers;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// Which files can be published under their own name. GitHub silently changes some names of assets, and readers recognize a package by an asset with the
/// name of the tag.
/// </summary>
internal static class AssetRules
{
    /// <summary>Bytes; GitHub takes less than 2 GiB.</summary>
    public const long LargestFile = (2L * 1024 * 1024 * 1024) - 1;

    // GitHub replaces any other character by a dot.
    private static readonly SearchValues<char> Kept =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@+");

    /// <summary>Why a file can't be published on GitHub; null when it can.</summary>
    public static Failure? RefusalOf(DistributionFilename filename, long length)
    {
        var name = filename.ToString();

        return length switch
        {
            0 => Invalid($"{name} is empty, and GitHub keeps no empty file. Build it again."),
            > LargestFile => new Failure(FailureKind.TooLarge, $"{name} is larger than the {LargestFile} bytes that GitHub takes."),
            _ when name.Contains('!', StringComparison.Ordinal) => Invalid(
                $"GitHub can't keep the name {name}: it would make a dot of '!'. Give the project a version without an epoch, or publish it in another repository."),
            _ when name.AsSpan().ContainsAnyExcept(Kept) => Invalid(
                $"GitHub can't keep the name {name}: it keeps ASCII letters, digits and - _ . @ + only. Rename the project or its version."),
            _ when !IsTag(name) => Invalid(
                $"GitHub can't have a tag called {name}: no tag has two dots in a row, or a dot or '.lock' at its end. Rename the project or its version."),
            _ => null,
        };
    }

    // The rules of git check-ref-format for the remaining characters.
    private static bool IsTag(string name) =>
        name[0] is not ('.' or '-')
        && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.EndsWith(".lock", StringComparison.Ordinal);

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
