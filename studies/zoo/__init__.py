"""Every family of models, tried: does the engine find its layers, and are the maps there true?"""
