using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Host.Commands;

/// <summary>Says what is wrong with a command line, what was probably meant, and where help is.</summary>
internal static class UsageErrors
{
    public static int Show(ParseResult parsed, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        // An unknown word also leaves commands and arguments missing, and an unknown option its value over: the first mistake of a kind is enough.
        string[] unknown = [.. parsed.UnmatchedTokens.Where(t => t.StartsWith('-')).DefaultIfEmpty(parsed.UnmatchedTokens.FirstOrDefault("")).Where(t => t.Length > 0)];
        if (unknown.Length > 0)
        {
            foreach (string token in unknown)
            {
                error.WriteLine($"datastream: {Unknown(token, command)}");
            }
        }
        else
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
            {
                error.WriteLine($"datastream: {message}");
            }
        }

        error.WriteLine($"Try '{PathOf(command)} --help'.");
        return ExitCode.Configuration;
    }

    /// <summary>Whether help is asked for a command that is none.</summary>
    public static bool IsHelpOfUnknownCommand(ParseResult parsed) =>
        parsed.Action is HelpAction && parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Any(t => !t.StartsWith('-'));

    /// <summary>As it is typed: <c>datastream dead replay</c>.</summary>
    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "datastream";

    /// <summary>The message for a word that the command does not take.</summary>
    public static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-') && CommandLine.IsPlain(command, token))
        {
            return $"'{token}' is one argument too many for '{command.Name}': behind '--' nothing is an option; write options before it";
        }

        if (token.StartsWith('-'))
        {
            string name = token.Split('=')[0];
            IEnumerable<string> options = command.Options.Concat(Recursive(command)).Select(o => o.Name);
            return $"unknown option '{name}'{Near(name, options)}";
        }

        return command.Subcommands.Count > 0
            ? $"unknown command '{token}'{Near(token, command.Subcommands.Select(c => c.Name))}"
            : $"'{token}' is one argument too many for '{command.Name}'";
    }

    private static IEnumerable<Option> Recursive(Command command) =>
        command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive).Concat(Recursive(p)));

    private static string Near(string name, IEnumerable<string> candidates) =>
        Spelling.Find(name, candidates) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>Refuses option-like words that were taken for positional arguments.</summary>
    public static void RefuseOptionLike(ArgumentResult result)
    {
        if (result.Parent is not CommandResult { Command: var command })
        {
            return;
        }

        foreach (Token token in result.Tokens.Where(t => t.Value.Length > 1 && t.Value[0] == '-' && !CommandLine.IsPlain(command, t.Value)))
        {
            result.AddError(Unknown(token.Value, command));
        }
    }
}
