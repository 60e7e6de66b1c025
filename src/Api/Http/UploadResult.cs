using System.Text;
using PyWharf.Application.Packages;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>
/// The response to a successful upload: 200 with a line for each warning, which is logged too. twine shows the body with --verbose; other clients
/// ignore it.
/// </summary>
internal static partial class UploadResult
{
    public static async Task WriteAsync(HttpContext http, RepositoryName repository, string? filename, UploadPackage.Result result)
    {
        if (result.Warnings.Count == 0)
        {
            return;
        }

        var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UploadResult));
        var lines = result.Warnings.Select(AsciiLine.Of).ToList();
        lines.ForEach(line => Log.Accepted(logger, repository, filename, line));

        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var body = Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => $"Warning: {line}\n")));
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} accepted {File} with a warning: {Warning}")]
        public static partial void Accepted(ILogger logger, RepositoryName repository, string? file, string warning);
    }
}
