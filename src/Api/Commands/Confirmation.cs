using PyWharf.Domain;

namespace PyWharf.Api.Commands;

/// <summary>Asks for confirmation before files are deleted.</summary>
internal static class Confirmation
{
    /// <summary>Whether to go on. Does not ask if standard input or error is redirected, or if there is no file to delete.</summary>
    public static async Task<bool> AskAsync(IReadOnlyList<PackageFile> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0 || Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            return true;
        }

        foreach (var file in files)
        {
            await Console.Error.WriteLineAsync($"  {file.Filename}");
        }

        await Console.Error.WriteAsync($"Delete {(files.Count == 1 ? "this file" : $"these {files.Count} files")} for good? No file can have such a name again. [y/N] ");
        var answer = await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);

        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
